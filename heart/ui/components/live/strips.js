// The rolling view of the sound, and each reading over time.

const VIEW_S = 10;
// How far back the strips go: the shortest that holds all that was heard, so that few readings fill them too.
const STRIP_SPANS_S = [20, 40, 60, 90, 120];
const VIEW_BIN_S = 0.01;
const QUIETEST_VIEW = 0.005;

/** Lowest and highest sample of every hundredth of a second, for the last ten seconds. */
class RollingEnvelope {
  constructor(sampleRate) {
    this.nBin = Math.round(VIEW_BIN_S * sampleRate);
    this.lows = [];
    this.highs = [];
    this.rest = new Float32Array(0);
  }

  add(block) {
    const joined = new Float32Array(this.rest.length + block.length);
    joined.set(this.rest);
    joined.set(block, this.rest.length);
    let at = 0;
    for (; at + this.nBin <= joined.length; at += this.nBin) {
      const bin = joined.subarray(at, at + this.nBin);
      this.lows.push(Math.min(...bin));
      this.highs.push(Math.max(...bin));
    }
    this.rest = joined.slice(at);
    const nMost = Math.round(VIEW_S / VIEW_BIN_S);
    this.lows.splice(0, this.lows.length - nMost);
    this.highs.splice(0, this.highs.length - nMost);
  }
}

/** The last ten seconds; now is at the right, and the loudest moment fills the height. */
function drawRolling(canvas, envelope, colours) {
  const { pen, width, height } = openCanvas(canvas);
  const middle = (height - 16) / 2;
  pen.fillStyle = colours.line;
  pen.fillRect(0, middle, width, 1);
  pen.fillStyle = colours.faint;
  pen.font = "11px sans-serif";
  for (let ago = 0; ago <= VIEW_S; ago += 2) {
    const x = width * (1 - ago / VIEW_S);
    pen.textAlign = ago === 0 ? "right" : ago === VIEW_S ? "left" : "center";
    pen.fillText(ago ? `−${ago} s` : "now", x, height - 3);
  }
  if (!envelope) return;
  const { lows, highs } = envelope;
  const loudest = highs.reduce((top, high, i) => Math.max(top, high, -lows[i]), QUIETEST_VIEW);
  const scale = (middle - 3) / loudest;
  const perBin = (width * VIEW_BIN_S) / VIEW_S;
  pen.fillStyle = colours.accent;
  highs.forEach((high, i) => {
    const x = width - (highs.length - i) * perBin;
    pen.fillRect(x, middle - high * scale, Math.max(perBin, 1), Math.max(1, (high - lows[i]) * scale));
  });
}

/** Seconds that the strips show once so much was heard. */
function stripSpan(heard_s) {
  return STRIP_SPANS_S.find((span_s) => heard_s <= span_s) ?? STRIP_SPANS_S.at(-1);
}

/**
 * One value over time: a dot for each reading, joined where they follow each other. `low` and `high` are the ends of the scale, `mark` a
 * level to compare with, and `band` the levels around it at which nothing is decided. Readings of poor sound are hollow.
 */
function drawStrip(canvas, { low, high, mark, band, values }, { now, colours }) {
  const { pen, width, height } = openCanvas(canvas);
  const span_s = stripSpan(now);
  const placeX = (at) => width - 4 - ((now - at) / span_s) * (width - 8);
  const placeY = (value) => 4 + (1 - (value - low) / (high - low)) * (height - 8);
  if (band) shadeBand(pen, { width, top: placeY(band[1]), bottom: placeY(band[0]), colour: colours.warn });
  if (mark !== null) drawMark(pen, { width, y: placeY(mark), colour: colours.ink });
  const points = values.map(([at, value, isPoor]) => ({ at, value, isPoor }));
  const shown = points.filter(({ at, value }) => value !== null && now - at <= span_s);
  pen.strokeStyle = colours.accent;
  pen.fillStyle = colours.accent;
  shown.forEach(({ at, value, isPoor }, i) => {
    const before = shown[i - 1];
    if (before && at - before.at < 4) {
      pen.beginPath();
      pen.moveTo(placeX(before.at), placeY(before.value));
      pen.lineTo(placeX(at), placeY(value));
      pen.stroke();
    }
    pen.beginPath();
    pen.arc(placeX(at), placeY(value), isPoor ? 2 : 2.5, 0, 2 * Math.PI);
    if (isPoor) pen.stroke();
    else pen.fill();
  });
}

function shadeBand(pen, { width, top, bottom, colour }) {
  pen.fillStyle = colour;
  pen.globalAlpha = 0.22;
  pen.fillRect(0, top, width, Math.max(2, bottom - top));
  pen.globalAlpha = 1;
}

function drawMark(pen, { width, y, colour }) {
  pen.strokeStyle = colour;
  pen.setLineDash([4, 4]);
  pen.beginPath();
  pen.moveTo(0, y);
  pen.lineTo(width, y);
  pen.stroke();
  pen.setLineDash([]);
}
