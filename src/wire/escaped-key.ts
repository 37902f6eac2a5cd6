/**
 * Compares a key that contains escapes, such as `mod\u0065l`. Rare, so it may decode.
 * @param start - position of the key's opening quote
 * @param end - position behind its closing quote
 * @param name - plain ASCII
 */
export function escapedKeyEquals(
  bytes: Uint8Array,
  start: number,
  end: number,
  name: Uint8Array,
): boolean {
  // `\u0065` is the longest way to write an ASCII character; a longer key need not be decoded
  if (end - start - 2 > name.length * 6) {
    return false;
  }
  // read as Latin-1, a character beyond ASCII is wrong, but wrong as something beyond ASCII
  return JSON.parse(latin1(bytes.subarray(start, end))) === latin1(name);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
