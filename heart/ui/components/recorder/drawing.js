// What the recorder shows while it listens.

const QUIETEST_SCALE = 0.005;
const TOP_HZ = 500;
const SPAN_DB = 60;

function drawTimeAxis(pen, { width, height, length_s, colours }) {
  const step = axisStep(length_s / width, 56);
  pen.fillStyle = colours.faint;
  pen.font = "11px sans-serif";
  for (let second = 0; second <= length_s; second += step) {
    const x = ((second + HANDLING_S) / (length_s + 2 * HANDLING_S)) * width;
    pen.fillRect(Math.round(x), height - 4, 1, 4);
    pen.textAlign = x < 12 ? "left" : x > width - 16 ? "right" : "center";
    pen.fillText(`${+second.toFixed(1)} s`, x, height - 6);
  }
}

/** Envelope of a session on the time axis of its chosen length; its loudest moment fills the height. */
function drawWave(canvas, session, length_s, colours) {
  const { pen, width, height } = openCanvas(canvas);
  const middle = (height - 14) / 2;
  const total_s = length_s + 2 * HANDLING_S;
  pen.fillStyle = colours.line;
  pen.fillRect(0, middle, width, 1);
  drawTimeAxis(pen, { width, height, length_s, colours });
  if (!session) return;
  const loudest = session.highs.reduce((top, high, i) => Math.max(top, high, -session.lows[i]), QUIETEST_SCALE);
  const scale = (middle - 4) / loudest;
  const perBin = (width * BIN_S) / total_s;
  const kept = [HANDLING_S / BIN_S, (length_s + HANDLING_S) / BIN_S];
  session.highs.forEach((high, i) => {
    pen.fillStyle = i < kept[0] || i > kept[1] ? colours.line : colours.accent;
    const top = middle - high * scale;
    pen.fillRect(i * perBin, top, Math.max(perBin, 1), Math.max(1, (high - session.lows[i]) * scale));
  });
}

/** Spectrum in dB from 0 to 500 Hz; the highest bin of the last moments sets the top. */
function drawSpectrum(canvas, reading, colours) {
  const { pen, width, height } = openCanvas(canvas);
  const floor = height - 16;
  pen.fillStyle = colours.faint;
  pen.font = "11px sans-serif";
  [0, 100, 200, 300, 400, 500].forEach((hz) => {
    const x = (hz / TOP_HZ) * width;
    pen.textAlign = hz === 0 ? "left" : hz === TOP_HZ ? "right" : "center";
    pen.fillText(`${hz}`, x, height - 4);
    pen.globalAlpha = 0.25;
    pen.fillRect(Math.min(x, width - 1), 0, 1, floor);
    pen.globalAlpha = 1;
  });
  if (!reading) return;
  const { levels, binHz } = reading;
  const nBins = Math.min(levels.length, Math.floor(TOP_HZ / binHz) + 1);
  const top = Math.max(-80, ...levels.subarray(1, nBins)) + 4;
  pen.beginPath();
  pen.moveTo(0, floor);
  for (let i = 1; i < nBins; i += 1) {
    const share = Math.max(0, 1 - (top - levels[i]) / SPAN_DB);
    pen.lineTo(((i * binHz) / TOP_HZ) * width, floor - share * (floor - 4));
  }
  pen.lineTo(width, floor);
  pen.closePath();
  pen.fillStyle = colours.accent;
  pen.globalAlpha = 0.35;
  pen.fill();
  pen.globalAlpha = 1;
  pen.strokeStyle = colours.accent;
  pen.stroke();
}
