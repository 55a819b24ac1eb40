// What Python sent, opened.

function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

/** Samples of the playback file; its header is always the 44 bytes that Python's wave module writes. */
function samplesOf(wav) {
  return new Int16Array(wav.buffer, wav.byteOffset + 44, (wav.length - 44) >> 1);
}

/** Decode an image from PNG bytes. */
async function imageOf(png) {
  return createImageBitmap(new Blob([png], { type: "image/png" }));
}

/** Everything that is drawn and heard, from the component's data. */
async function openData(data) {
  const wav = fromBase64(data.wav);
  return {
    ...data,
    file: wav,
    samples: samplesOf(wav),
    image: await imageOf(fromBase64(data.spectrogram.png)),
  };
}
