// The level meter and the badge beside it.

// As programme meters fall (IEC 60268-10): between two heart sounds the bar stays, and after the last it goes.
const FALLS_DB_PER_S = 12;

/** Level meter: RMS of the blocks as the bar, which rises at once and falls slowly, and the peak of the last seconds as the mark, both on
    -60 to 0 dB of full scale. */
function showLevel(parts, { rms_db, peak_db, isClipped }) {
  const share = (level) => Math.max(0, Math.min(100, (100 * (level + 60)) / 60));
  const shown = Math.max(-60, peak_db).toFixed(0);
  parts.bar.style.clipPath = `inset(0 ${100 - share(fallen(parts, rms_db))}% 0 0)`;
  parts.peak.style.left = `calc(${share(peak_db)}% - 2px)`;
  parts.meter.setAttribute("aria-valuenow", shown);
  parts.meter.setAttribute("aria-valuetext", `peak ${shown} decibels${isClipped ? ", clipping" : ""}`);
  parts.levelShown.textContent = `${shown.replace("-", "−")} dB`;
  if (isClipped) parts.clip.hidden = false;
}

function fallen(parts, rms_db) {
  const now = performance.now();
  const held = parts.heldLevel || { db: -60, at: now };
  const db = Math.max(-60, rms_db, held.db - (FALLS_DB_PER_S * (now - held.at)) / 1000);
  parts.heldLevel = { db, at: now };
  return db;
}

function showBadge(badge, { kind, text }) {
  badge.className = `badge ${kind}`;
  badge.textContent = text;
  badge.hidden = false;
}
