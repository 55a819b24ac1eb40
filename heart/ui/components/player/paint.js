// Waveform, spectrogram and axes on one time axis.

const GUTTER = 46;
const MARGIN = 10;
const AXIS = 20;
const LANES = { wave: 92, gap: 6, image: 200, track: 42 };

/** Where things are: lanes from top to bottom, and time to x and back. */
class Layout {
  constructor(width, nTracks, view) {
    this.left = GUTTER;
    this.width = Math.max(1, width - GUTTER - MARGIN);
    this.view = view;
    this.wave = { top: 16, height: LANES.wave };
    this.image = { top: 16 + LANES.wave + LANES.gap, height: LANES.image };
    this.tracks = { top: this.image.top + LANES.image + LANES.gap, height: nTracks * LANES.track };
    this.bottom = nTracks ? this.tracks.top + this.tracks.height : this.image.top + LANES.image;
    this.height = this.bottom + AXIS;
  }

  x(time_s) {
    return this.left + ((time_s - this.view.start_s) / this.view.span_s) * this.width;
  }

  time(x) {
    return this.view.start_s + ((x - this.left) / this.width) * this.view.span_s;
  }
}

/** Height of a frequency inside the image, between the centres of the bands around it. */
function bandY(layout, bands, hz) {
  const above = bands.findIndex((centre) => centre >= hz);
  const i = above < 0 ? bands.length - 1 : Math.max(1, above);
  const index = i - 1 + (hz - bands[i - 1]) / (bands[i] - bands[i - 1]);
  const y = layout.image.top + layout.image.height * (1 - (index + 0.5) / bands.length);
  return Math.min(layout.image.top + layout.image.height, Math.max(layout.image.top, y));
}

/** Lowest and highest sample of each pixel column between two times. */
function envelope(samples, { from_s, to_s, duration_s, nColumns }) {
  const perSecond = samples.length / duration_s;
  const step = ((to_s - from_s) * perSecond) / nColumns;
  return Array.from({ length: nColumns }, (_, column) => {
    const first = Math.floor(from_s * perSecond + column * step);
    const last = Math.min(samples.length, Math.max(first + 2, Math.ceil(from_s * perSecond + (column + 1) * step)));
    let low = 32767;
    let high = -32768;
    for (let i = first; i < last; i += 1) {
      if (samples[i] < low) low = samples[i];
      if (samples[i] > high) high = samples[i];
    }
    return low <= high ? [low / 32768, high / 32768] : [0, 0];
  });
}

function paintWave(pen, layout, { samples, duration_s }, colours) {
  const { top, height } = layout.wave;
  const middle = top + height / 2;
  const { start_s, end_s } = layout.view;
  const columns = envelope(samples, { from_s: start_s, to_s: end_s, duration_s, nColumns: Math.round(layout.width) });
  pen.fillStyle = colours.line;
  pen.fillRect(layout.left, middle, layout.width, 1);
  pen.fillStyle = colours.ink;
  columns.forEach(([low, high], i) => {
    pen.fillRect(layout.left + i, middle - high * (height / 2), 1, Math.max(1, (high - low) * (height / 2)));
  });
}

function paintImage(pen, layout, { image, spectrogram }) {
  const { top, height } = layout.image;
  const perSecond = image.width / (spectrogram.end_s - spectrogram.start_s);
  const from = Math.max(0, (layout.view.start_s - spectrogram.start_s) * perSecond);
  const to = Math.min(image.width, (layout.view.end_s - spectrogram.start_s) * perSecond);
  const left = layout.x(spectrogram.start_s + from / perSecond);
  const right = layout.x(spectrogram.start_s + to / perSecond);
  pen.imageSmoothingEnabled = true;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, from, 0, Math.max(1, to - from), image.height, left, top, Math.max(1, right - left), height);
}

function paintBandAxis(pen, layout, bands, colours) {
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  const inside = [25, 50, 100, 200, 300, 500, 700, 1000].filter((hz) => hz >= bands[0] && hz <= bands.at(-1) * 1.02);
  let lowest = Infinity;
  inside.forEach((hz) => {
    const y = Math.max(layout.image.top + 6, bandY(layout, bands, hz));
    if (lowest - y < 13) return;
    lowest = y;
    pen.fillStyle = colours.faint;
    pen.fillText(`${hz}`, layout.left - 8, y);
    pen.fillRect(layout.left - 5, y, 5, 1);
  });
  pen.save();
  pen.translate(9, layout.image.top + layout.image.height / 2);
  pen.rotate(-Math.PI / 2);
  pen.textAlign = "center";
  pen.fillText("Hz", 0, 0);
  pen.restore();
}

function paintTimeAxis(pen, layout, colours) {
  const step = axisStep(layout.view.span_s / layout.width, 60);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  pen.fillStyle = colours.faint;
  pen.textBaseline = "alphabetic";
  pen.textAlign = "center";
  for (let n = Math.ceil(layout.view.start_s / step); n * step <= layout.view.end_s + 1e-9; n += 1) {
    const x = layout.x(n * step);
    pen.fillRect(x, layout.bottom, 1, 4);
    if (x < layout.left + layout.width - 14) pen.fillText((n * step).toFixed(digits), x, layout.bottom + 15);
  }
  pen.textAlign = "right";
  pen.fillText("s", layout.left + layout.width, layout.bottom + 15);
}

/** The whole recording in little, with the shown stretch framed. */
function paintOverview(canvas, { samples, duration_s }, view, colours) {
  const { pen, width, height } = openCanvas(canvas);
  const inner = width - GUTTER - MARGIN;
  const columns = envelope(samples, { from_s: 0, to_s: duration_s, duration_s, nColumns: Math.max(1, Math.round(inner)) });
  pen.fillStyle = colours.faint;
  columns.forEach(([low, high], i) => {
    pen.fillRect(GUTTER + i, (height / 2) * (1 - high), 1, Math.max(1, ((high - low) * height) / 2));
  });
  const left = GUTTER + (view.start_s / duration_s) * inner;
  const right = GUTTER + (view.end_s / duration_s) * inner;
  pen.strokeStyle = colours.accent;
  pen.lineWidth = 2;
  pen.strokeRect(left + 1, 1, Math.max(4, right - left - 2), height - 2);
}
