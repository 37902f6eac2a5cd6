import { CARRIAGE_RETURN, LINE_FEED } from './ascii.js';

/**
 * Finds the line ends of one network chunk, from front to back. Each of the two bytes is searched
 * natively (ten times as fast as a loop over an event of 270 bytes), and the place found is kept
 * until it has been passed: a chunk is searched once for each of them, however its lines end.
 */
export class LineEnds {
  #bytes: Buffer = Buffer.alloc(0);
  #lineFeed = -1;
  #carriageReturn = -1;

  /** Starts on a new chunk. */
  reset(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#lineFeed = -1;
    this.#carriageReturn = -1;
  }

  /**
   * @param from - never before that of an earlier call
   * @returns the position of the first LF or CR at `from` or behind it; the chunk's length when
   *   there is none
   */
  next(from: number): number {
    if (this.#lineFeed < from) {
      this.#lineFeed = this.#find(LINE_FEED, from);
    }
    if (this.#carriageReturn < from) {
      this.#carriageReturn = this.#find(CARRIAGE_RETURN, from);
    }
    return Math.min(this.#lineFeed, this.#carriageReturn);
  }

  #find(byte: number, from: number): number {
    const found = this.#bytes.indexOf(byte, from);
    return found === -1 ? this.#bytes.length : found;
  }
}
