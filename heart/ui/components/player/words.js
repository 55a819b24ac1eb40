// The same content for those who do not see the picture.

const seconds = (time) => `${time.toFixed(1)} s`;

function describeTrack({ title, start_s, length_s, probabilities }) {
  const highest = probabilities.indexOf(Math.max(...probabilities));
  const range = `${Math.min(...probabilities).toFixed(2)} to ${probabilities[highest].toFixed(2)}`;
  const where = `${seconds(start_s[highest])} to ${seconds(start_s[highest] + length_s)}`;
  return `${title}: window probabilities from ${range}, highest from ${where}.`;
}

function describeTiles({ title, summary, start_s, end_s, low_hz, high_hz, weights }) {
  const flat = weights.flatMap((row, column) => row.map((weight, band) => ({ weight, column, band })));
  const { column, band } = flat.reduce((best, tile) => (Math.abs(tile.weight) > Math.abs(best.weight) ? tile : best));
  const where = `${seconds(start_s[column])} to ${seconds(end_s[column])}, ${low_hz[band].toFixed(0)} to ${high_hz[band].toFixed(0)} Hz`;
  return `${title}: strongest from ${where}, which ${weights[column][band] > 0 ? "raised" : "lowered"} the probability. ${summary}`.trim();
}

/** The picture in sentences. */
function describe({ title, duration_s, spectrogram, marks, tracks, tiles }) {
  const bands = spectrogram.band_hz;
  const sentences = [
    `${title} lasts ${seconds(duration_s)}.`,
    `Above, its waveform, scaled to its loudest moment; below, its spectrogram from ${bands[0].toFixed(0)} to ${bands.at(-1).toFixed(0)} Hz, brighter is louder.`,
  ];
  if (marks) {
    const counts = `${marks.s1_s.length} first (S1) and ${marks.s2_s.length} second heart sounds (S2) are marked`;
    sentences.push(`The heart rate is ${marks.heart_rate_bpm.toFixed(0)} per minute; ${counts}.`);
  }
  tracks.filter((track) => track.probabilities.length).forEach((track) => sentences.push(describeTrack(track)));
  if (tiles?.weights.flat().length) sentences.push(describeTiles(tiles));
  return sentences.join(" ");
}

const SILENT =
  "The browser does not start the sound. Press Play again. If it stays silent, connect a loudspeaker or headphones, end a call that goes on, " +
  "and let this page play sound in the browser's site settings.";

/** Rows of the data table: start, end, what, value. */
function tableRows({ marks, tracks, tiles }) {
  const heard = marks ? [...marks.s1_s.map((time) => [time, time, "S1", ""]), ...marks.s2_s.map((time) => [time, time, "S2", ""])] : [];
  const windows = tracks.flatMap(({ title, start_s, length_s, probabilities }) =>
    probabilities.map((value, i) => [start_s[i], start_s[i] + length_s, `${title} probability`, value.toFixed(3)]));
  const pieces = tiles ? tiles.weights.flatMap((row, column) => row.map((weight, band) => [
    tiles.start_s[column], tiles.end_s[column],
    `${tiles.title}, ${tiles.low_hz[band].toFixed(0)}–${tiles.high_hz[band].toFixed(0)} Hz`, weight.toFixed(3),
  ])) : [];
  return [...heard.sort((a, b) => a[0] - b[0]), ...windows, ...pieces];
}

function tableCell(kind, text) {
  const cell = document.createElement(kind);
  cell.textContent = text;
  if (kind === "th") cell.scope = "col";
  return cell;
}

/** Fill the data table; text only, so nothing in a file name can become markup. */
function fillTable(table, data) {
  const caption = document.createElement("caption");
  const rows = tableRows(data);
  caption.textContent = rows.length ? `What is marked in ${data.title}` : `Nothing is marked in ${data.title}`;
  const head = document.createElement("tr");
  head.append(...["From (s)", "To (s)", "What", "Value"].map((name) => tableCell("th", name)));
  const body = rows.map(([from, to, what, value]) => {
    const row = document.createElement("tr");
    row.append(...[from.toFixed(2), to.toFixed(2), what, value].map((text) => tableCell("td", text)));
    return row;
  });
  const header = document.createElement("thead");
  header.append(head);
  const content = document.createElement("tbody");
  content.append(...body);
  table.replaceChildren(caption, header, content);
}
