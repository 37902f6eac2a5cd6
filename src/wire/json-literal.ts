const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

/**
 * Skips `true`, `false` or `null` (RFC 8259, section 3).
 * @param from - position of the literal's first byte
 * @param end - where the document ends
 * @returns the position behind the literal; -1 when there is none
 */
export function literalEnd(bytes: Uint8Array, from: number, end: number): number {
  switch (bytes[from]) {
    case 0x6e:
      return wordEnd(bytes, from, end, NULL);
    case 0x66:
      return wordEnd(bytes, from, end, FALSE);
    case 0x74:
      return wordEnd(bytes, from, end, TRUE);
    default:
      return -1;
  }
}

function wordEnd(bytes: Uint8Array, from: number, end: number, word: Uint8Array): number {
  const wordEnds = from + word.length;
  if (wordEnds > end) {
    return -1;
  }
  for (let index = 1; index < word.length; index += 1) {
    if (bytes[from + index] !== word[index]) {
      return -1;
    }
  }
  return wordEnds;
}
