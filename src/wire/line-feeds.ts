import { CARRIAGE_RETURN, LINE_FEED } from './ascii.js';

/** @returns a copy of `bytes` from `start` to `end` in which each CRLF and each CR is an LF */
export function withLineFeeds(bytes: Uint8Array, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafe(end - start);
  let length = 0;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === LINE_FEED && index > start && bytes[index - 1] === CARRIAGE_RETURN) {
      continue;
    }
    copy[length] = byte === CARRIAGE_RETURN ? LINE_FEED : byte;
    length += 1;
  }
  return copy.subarray(0, length);
}
