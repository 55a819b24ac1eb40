// Bytes as text, for what goes back to Python.

/** Base64 text of bytes, in steps that stay below the argument limit of String.fromCharCode. */
function toBase64(bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += 32768) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 32768)));
  return btoa(pieces.join(""));
}
