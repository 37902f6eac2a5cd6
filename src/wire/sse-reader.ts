import { CARRIAGE_RETURN, LINE_FEED } from './ascii.js';
import { readData, readSingleLine } from './event-data.js';
import { EventFraming } from './event-framing.js';
import { GrowingBytes } from './growing-bytes.js';
import { withLineFeeds } from './line-feeds.js';
import { MutableEvent, type SseEvent } from './sse-event.js';
import { SseLimitError } from './sse-limit-error.js';

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
const DEFAULT_LIMIT = 16 * 1024 * 1024;

/**
 * Cuts an event stream (WHATWG HTML, section 9.2) into its events. The events are the same, byte
 * for byte, however the stream was cut into packets; each is handed out as soon as its blank line
 * is complete. An event whose lines end with LF keeps its bytes; one that contains a CR gets LF
 * line ends, so that its blank line may be complete at a CR and the LF that may follow in the next
 * packet can be dropped. A byte order mark at the front and further blank lines between events are
 * dropped.
 */
export class SseReader {
  readonly #onEvent: (event: SseEvent) => void;
  readonly #limit: number;
  readonly #event = new MutableEvent();
  readonly #framing = new EventFraming();
  /** The beginning of an event whose end has not arrived. */
  readonly #held = new GrowingBytes();
  #atStreamStart = true;

  /**
   * @param onEvent - called within `push` and `end`, once for each event; after it has thrown, the
   *   reader is of no further use
   * @param limit - bytes that one event may have
   */
  constructor(onEvent: (event: SseEvent) => void, limit = DEFAULT_LIMIT) {
    this.#onEvent = onEvent;
    this.#limit = limit;
  }

  /** Bytes held of an event that is not complete. */
  get pending(): number {
    return this.#held.length;
  }

  /**
   * Reads on.
   * @param chunk - must not be written to afterwards: events that lie whole in it are views of it
   * @throws SseLimitError when an event is larger than the limit; the stream is to be given up then
   */
  push(chunk: Uint8Array): void {
    const bytes = asBuffer(chunk);
    this.#framing.resume(bytes);
    let position = this.#held.length > 0 ? 0 : skipLineEnds(bytes, 0);
    if (position > 0) {
      this.#atStreamStart = false;
    }
    while (position < bytes.length) {
      const found = this.#framing.findEnd(position);
      const end = found === -1 ? bytes.length : found;
      this.#checkSize(this.#held.length + end - position);
      if (found !== -1 && this.#held.length === 0) {
        this.#emit(bytes, position, end, true);
      } else {
        this.#held.append(bytes, position, end);
        if (found !== -1) {
          this.#emitHeld(true);
        }
      }
      position = found === -1 ? end : skipLineEnds(bytes, end);
    }
  }

  /** The stream has ended: hands out what is left of an event without its blank line. */
  end(): void {
    if (this.#held.length > 0) {
      this.#emitHeld(false);
    }
  }

  #checkSize(size: number): void {
    if (size > this.#limit) {
      throw new SseLimitError(this.#limit);
    }
  }

  #emitHeld(terminated: boolean): void {
    const bytes = this.#held.take();
    this.#emit(bytes, 0, bytes.length, terminated);
  }

  #emit(raw: Buffer, rawStart: number, rawEnd: number, terminated: boolean): void {
    const isNormal = !this.#framing.hasCarriageReturn;
    const isSingleLine = terminated && this.#framing.lines === 1;
    this.#framing.restart();
    const bytes = isNormal ? raw : withLineFeeds(raw, rawStart, rawEnd);
    const event = this.#event;
    event.bytes = bytes;
    event.start = isNormal ? rawStart : 0;
    event.end = isNormal ? rawEnd : bytes.length;
    event.terminated = terminated;
    if (this.#atStreamStart) {
      this.#atStreamStart = false;
      event.start = skipByteOrderMark(bytes, event.start, event.end);
      if (event.start === event.end) {
        return;
      }
    }
    if (isSingleLine) {
      readSingleLine(bytes, event);
    } else {
      readData(bytes, event);
    }
    this.#onEvent(event);
  }
}

/** Between two events a line end is an extra blank line, or the LF of a pair begun by a CR. */
function skipLineEnds(bytes: Buffer, from: number): number {
  let position = from;
  while (bytes[position] === LINE_FEED || bytes[position] === CARRIAGE_RETURN) {
    position += 1;
  }
  return position;
}

/** Skips a byte order mark and, since nothing stands before it, a line end right behind it. */
function skipByteOrderMark(bytes: Buffer, start: number, end: number): number {
  const markEnd = start + BYTE_ORDER_MARK.length;
  if (end < markEnd || BYTE_ORDER_MARK.compare(bytes, start, markEnd) !== 0) {
    return start;
  }
  return Math.min(end, skipLineEnds(bytes, markEnd));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
