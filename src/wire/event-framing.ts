import { CARRIAGE_RETURN, LINE_FEED } from './ascii.js';
import { LineEnds } from './line-ends.js';

/**
 * Finds where an event ends: behind its blank line (WHATWG HTML, section 9.2.6). Lines end with
 * LF, CR or CRLF; a CR counts at once, and the LF of a pair belongs to no line. What was seen of
 * an event is remembered from chunk to chunk, so that no byte is looked at twice.
 */
export class EventFraming {
  readonly #lineEnds = new LineEnds();
  #bytes: Buffer = Buffer.alloc(0);
  #lines = 0;
  #atLineStart = true;
  /** True right behind a CR that ended a line, where the LF of a pair may follow. */
  #afterCarriageReturn = false;
  #hasCarriageReturn = false;

  /** Ended lines of the event so far, without the blank one. */
  get lines(): number {
    return this.#lines;
  }

  /** Whether any line of the event so far, the blank one included, ended with a CR. */
  get hasCarriageReturn(): boolean {
    return this.#hasCarriageReturn;
  }

  /** Goes on in a new chunk. */
  resume(chunk: Buffer): void {
    this.#bytes = chunk;
    this.#lineEnds.reset(chunk);
  }

  /** Forgets the event: what follows is a new one. */
  restart(): void {
    this.#lines = 0;
    this.#atLineStart = true;
    this.#afterCarriageReturn = false;
    this.#hasCarriageReturn = false;
  }

  /**
   * @param from - where to go on in the chunk
   * @returns the position behind the event's blank line; -1 when the chunk ends before it
   */
  findEnd(from: number): number {
    const bytes = this.#bytes;
    let position = from;
    while (position < bytes.length) {
      const byte = bytes[position];
      if (byte === LINE_FEED && this.#afterCarriageReturn) {
        this.#afterCarriageReturn = false;
        position += 1;
        continue;
      }
      if (this.#atLineStart && (byte === LINE_FEED || byte === CARRIAGE_RETURN)) {
        this.#hasCarriageReturn ||= byte === CARRIAGE_RETURN;
        return position + 1;
      }
      position = this.#endLine(position);
    }
    return -1;
  }

  /** @returns the position behind the line that goes on at `from`, or the chunk's end */
  #endLine(from: number): number {
    const lineEnd = this.#lineEnds.next(from);
    this.#atLineStart = lineEnd < this.#bytes.length;
    this.#afterCarriageReturn = this.#atLineStart && this.#bytes[lineEnd] === CARRIAGE_RETURN;
    this.#hasCarriageReturn ||= this.#afterCarriageReturn;
    this.#lines += this.#atLineStart ? 1 : 0;
    return lineEnd + 1;
  }
}
