import { BACKSLASH, DIGIT_NINE, DIGIT_ZERO, QUOTE, SPACE } from './ascii.js';
import { NO_BYTES } from './no-bytes.js';

/** 1 for each byte that stands for itself: no quote, no backslash, no control character. */
const PLAIN = byteTable((byte) => byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH);

/** 1 for each letter that, behind a backslash, stands for one character. */
const ESCAPE_LETTERS = byteTable((byte) => '"\\/bfnrt'.includes(String.fromCharCode(byte)));

const LETTER_U = 0x75;

/**
 * How many bytes of a string are read one at a time before words are tried: the view that reads
 * words costs as much as 120 bytes read singly, so only a long string is worth one.
 */
const SINGLE_BYTES = 128;

/** Finds the end of a JSON string (RFC 8259, section 7) and checks what stands in it. */
export class StringScanner {
  #bytes: Uint8Array = NO_BYTES;
  #words: DataView | undefined;
  #escaped = false;

  /** Whether the string last skipped contains an escape. */
  get escaped(): boolean {
    return this.#escaped;
  }

  reset(bytes: Uint8Array): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#words = undefined;
    }
  }

  /**
   * Kept small so that it is inlined: most strings are short and without escapes.
   * @param from - position of the first byte behind the opening quote
   * @param end - where the document ends
   * @returns the position behind the closing quote; -1 when the string is not valid or not closed
   */
  skip(from: number, end: number): number {
    const bytes = this.#bytes;
    const stop = end - from > SINGLE_BYTES ? from + SINGLE_BYTES : end;
    let index = from;
    this.#escaped = false;
    while (index < stop && PLAIN[bytes[index] ?? 0] === 1) {
      index += 1;
    }
    return index < stop && bytes[index] === QUOTE ? index + 1 : this.#skipOn(index, end, stop);
  }

  /** Goes on at `from` where no plain byte stands, or at `stop`, where the string is long. */
  #skipOn(from: number, end: number, stop: number): number {
    const bytes = this.#bytes;
    let index = from;
    while (index < end) {
      const byte = bytes[index] ?? 0;
      if (byte === QUOTE) {
        return index + 1;
      }
      if (byte === BACKSLASH) {
        this.#escaped = true;
        index = escapeEnd(bytes, index);
      } else if (byte < SPACE) {
        index = -1;
      }
      if (index === -1) {
        return -1;
      }
      index = index < stop ? plainEnd(bytes, index, stop) : this.#longPlainEnd(index, end);
    }
    return -1;
  }

  #longPlainEnd(from: number, end: number): number {
    const bytes = this.#bytes;
    this.#words ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return plainEnd(bytes, plainWordsEnd(this.#words, from, end), end);
  }
}

function plainEnd(bytes: Uint8Array, from: number, end: number): number {
  let index = from;
  while (index < end && PLAIN[bytes[index] ?? 0] === 1) {
    index += 1;
  }
  return index;
}

/**
 * Skips four bytes at a time as long as all of them are plain. `(word - 0x01010101) & ~word &
 * 0x80808080` is non-zero exactly when a byte of `word` is zero, and with 0x21212121 when one is
 * below 0x21 (Sean Anderson, "Bit Twiddling Hacks", "Determine if a word has a zero byte" and
 * "… has a byte less than n", https://graphics.stanford.edu/~seander/bithacks.html). Flipping bit
 * 1 turns the quote, 0x22, into 0x20, next to the control characters, so that one such test finds
 * both; a space becomes 0x22 and is left alone.
 */
function plainWordsEnd(words: DataView, from: number, end: number): number {
  let index = from;
  for (; index + 4 <= end; index += 4) {
    const word = words.getInt32(index, true);
    const quoteOrControl = (word ^ 0x02020202) - 0x21212121;
    const backslash = (word ^ 0x5c5c5c5c) - 0x01010101;
    // neither flip touches a top bit, so `~word` serves for both
    if (((quoteOrControl | backslash) & ~word & 0x80808080) !== 0) {
      break;
    }
  }
  return index;
}

/**
 * @returns the position behind the escape that begins at `from`; -1 when it is none. An escape that
 *   the document's end cuts short ends behind it at best, and so does not close its string.
 */
function escapeEnd(bytes: Uint8Array, from: number): number {
  const letter = bytes[from + 1] ?? 0;
  if (ESCAPE_LETTERS[letter] === 1) {
    return from + 2;
  }
  const isCodeUnit =
    letter === LETTER_U &&
    isHexDigit(bytes[from + 2]) &&
    isHexDigit(bytes[from + 3]) &&
    isHexDigit(bytes[from + 4]) &&
    isHexDigit(bytes[from + 5]);
  return isCodeUnit ? from + 6 : -1;
}

function isHexDigit(byte = 0): boolean {
  const lowerCase = byte | 0x20;
  return (byte >= DIGIT_ZERO && byte <= DIGIT_NINE) || (lowerCase >= 0x61 && lowerCase <= 0x66);
}

function byteTable(belongs: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (belongs(byte) ? 1 : 0));
}
