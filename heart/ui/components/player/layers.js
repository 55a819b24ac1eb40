// Layers over the recording: S1 and S2, window probabilities, explanation tiles.

const FAINTEST_TILE = 0.15;
const LEAST_LINE_PX = 6;
const TICK_PX = 5;
const TILE_COLOURS = { up: "255, 210, 74", down: "92, 214, 255" };

/** Whether the marks in view stand so close that lines would hide the waveform. */
function isCrowded(layout, { s1_s: s1, s2_s: s2 }) {
  const { start_s, end_s } = layout.view;
  const visible = [...s1, ...s2].filter((time) => time >= start_s && time <= end_s).length;
  return layout.width / Math.max(1, visible) < LEAST_LINE_PX;
}

/** S1 and S2 as labelled lines, systole shaded; the letters say what the colours say. Crowded ones are ticks, S1 above and S2 below. */
function paintMarks(pen, layout, marks, colours) {
  const { start_s, end_s } = layout.view;
  const isShown = (time) => time >= start_s && time <= end_s;
  const [s1, s2] = [marks.s1_s.filter(isShown), marks.s2_s.filter(isShown)];
  if (isCrowded(layout, marks)) {
    paintTicks(pen, layout, s1, { y: layout.wave.top - TICK_PX, colour: colours.s1 });
    paintTicks(pen, layout, s2, { y: layout.wave.top + layout.wave.height, colour: colours.s2 });
    return;
  }
  paintSystoles(pen, layout, marks, colours);
  const isLabelled = layout.width / Math.max(1, s1.length + s2.length) > 20;
  paintLines(pen, layout, s1, { name: isLabelled ? "S1" : "", colour: colours.s1, dash: [] });
  paintLines(pen, layout, s2, { name: isLabelled ? "S2" : "", colour: colours.s2, dash: [4, 3] });
}

function paintSystoles(pen, layout, marks, colours) {
  pen.save();
  pen.beginPath();
  pen.rect(layout.left, 0, layout.width, layout.bottom);
  pen.clip();
  pen.globalAlpha = 0.1;
  pen.fillStyle = colours.s1;
  systoles(marks).forEach(([from, to]) => {
    pen.fillRect(layout.x(from), layout.wave.top, layout.x(to) - layout.x(from), layout.wave.height);
  });
  pen.restore();
}

function paintTicks(pen, layout, times, { y, colour }) {
  pen.fillStyle = colour;
  times.forEach((time) => pen.fillRect(layout.x(time), y, 1, TICK_PX));
}

/** From each S1 to the S2 that follows it before the next S1. */
function systoles({ s1_s: s1, s2_s: s2 }) {
  return s1.flatMap((start, i) => {
    const end = s2.find((time) => time > start && time < (s1[i + 1] ?? Infinity));
    return end === undefined ? [] : [[start, end]];
  });
}

function paintLines(pen, layout, times, { name, colour, dash }) {
  pen.strokeStyle = colour;
  pen.fillStyle = colour;
  pen.lineWidth = 1.5;
  pen.setLineDash(dash);
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  times.forEach((time) => {
    const x = layout.x(time);
    pen.beginPath();
    pen.moveTo(x, layout.wave.top);
    pen.lineTo(x, layout.wave.top + layout.wave.height);
    pen.stroke();
    pen.fillText(name, x, 12);
  });
  pen.setLineDash([]);
}

/** Edges of the cells of a track: half-way between the centres of neighbouring windows. */
function trackEdges({ start_s: starts, length_s }, duration_s) {
  const centres = starts.map((start) => start + length_s / 2);
  const inner = centres.slice(1).map((centre, i) => (centre + centres[i]) / 2);
  return [0, ...inner, duration_s];
}

/** One bundle's probability over time as filled steps from 0 to 1, its threshold as a dashed line. */
function paintTrack(pen, layout, track, { index, duration_s, colours }) {
  const top = layout.tracks.top + index * LANES.track + 14;
  const height = LANES.track - 18;
  const edges = trackEdges(track, duration_s);
  const clamp = (time) => Math.min(layout.left + layout.width, Math.max(layout.left, layout.x(time)));
  pen.fillStyle = colours.line;
  pen.globalAlpha = 0.45;
  pen.fillRect(layout.left, top, layout.width, height);
  pen.globalAlpha = 1;
  pen.fillStyle = colours.accent;
  track.probabilities.forEach((probability, i) => {
    const left = clamp(edges[i]);
    pen.fillRect(left, top + height * (1 - probability), Math.max(0, clamp(edges[i + 1]) - left - 1), height * probability);
  });
  if (track.threshold !== null) paintThreshold(pen, layout, top + height * (1 - track.threshold), colours);
  pen.fillStyle = colours.ink;
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
  pen.fillText(track.title, layout.left + 4, top - 4, layout.width - 4);
  pen.fillStyle = colours.faint;
  pen.textAlign = "right";
  pen.fillText("0–1", layout.left - 8, top + height - 2);
}

function paintThreshold(pen, layout, y, colours) {
  pen.strokeStyle = colours.ink;
  pen.lineWidth = 1;
  pen.setLineDash([3, 3]);
  pen.beginPath();
  pen.moveTo(layout.left, y);
  pen.lineTo(layout.left + layout.width, y);
  pen.stroke();
  pen.setLineDash([]);
}

/** Explanation tiles over the spectrogram: frames with + raised the probability, with - lowered it. */
function paintTiles(pen, layout, tiles, bands) {
  const strongest = Math.max(1e-12, ...tiles.weights.flat().map(Math.abs));
  pen.save();
  pen.beginPath();
  pen.rect(layout.left, layout.image.top, layout.width, layout.image.height);
  pen.clip();
  tiles.weights.forEach((row, column) => row.forEach((weight, band) => {
    const strength = Math.abs(weight) / strongest;
    if (strength < FAINTEST_TILE) return;
    const left = layout.x(tiles.start_s[column]);
    const top = bandY(layout, bands, tiles.high_hz[band]);
    const width = layout.x(tiles.end_s[column]) - left;
    const height = bandY(layout, bands, tiles.low_hz[band]) - top;
    paintTile(pen, { left, top, width, height }, weight > 0 ? "up" : "down", strength);
  }));
  pen.restore();
}

function paintTile(pen, { left, top, width, height }, direction, strength) {
  const colour = TILE_COLOURS[direction];
  pen.fillStyle = `rgba(${colour}, ${0.32 * strength})`;
  pen.fillRect(left, top, width, height);
  pen.strokeStyle = `rgba(${colour}, ${0.35 + 0.65 * strength})`;
  pen.lineWidth = 1.5;
  pen.strokeRect(left + 1, top + 1, width - 2, height - 2);
  if (width < 14 || height < 14) return;
  pen.fillStyle = "#fff";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(direction === "up" ? "+" : "−", left + width / 2, top + height / 2);
}
