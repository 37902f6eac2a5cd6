import { DIGIT_NINE, DIGIT_ZERO, DOT, MINUS, PLUS } from './ascii.js';

const LOWER_E = 0x65;
const UPPER_E = 0x45;

/**
 * Skips a number by the grammar of RFC 8259, section 6: `-0`, `1.50` and `2E+9` are numbers,
 * `01`, `+1`, `.5` and `1.` are not.
 * @param from - position of the number's first byte
 * @param end - where the document ends
 * @returns the position behind the number; -1 when there is none
 */
export function numberEnd(bytes: Uint8Array, from: number, end: number): number {
  const integer = from < end && bytes[from] === MINUS ? from + 1 : from;
  const leadsWithZero = integer < end && bytes[integer] === DIGIT_ZERO;
  const index = leadsWithZero ? integer + 1 : digitsEnd(bytes, integer, end);
  return index === -1 ? -1 : exponentEnd(bytes, fractionEnd(bytes, index, end), end);
}

function fractionEnd(bytes: Uint8Array, from: number, end: number): number {
  return from < end && bytes[from] === DOT ? digitsEnd(bytes, from + 1, end) : from;
}

function exponentEnd(bytes: Uint8Array, from: number, end: number): number {
  if (from === -1 || from >= end || (bytes[from] !== LOWER_E && bytes[from] !== UPPER_E)) {
    return from;
  }
  const sign = from + 1 < end ? bytes[from + 1] : undefined;
  return digitsEnd(bytes, sign === PLUS || sign === MINUS ? from + 2 : from + 1, end);
}

/** @returns the position behind one or more digits; -1 when there is none */
function digitsEnd(bytes: Uint8Array, from: number, end: number): number {
  let index = from;
  while (index < end) {
    const byte = bytes[index] ?? 0;
    if (byte < DIGIT_ZERO || byte > DIGIT_NINE) {
      break;
    }
    index += 1;
  }
  return index === from ? -1 : index;
}
