import type { DestinationStream } from 'pino';

/** For how long lines are gathered, ms. */
const GATHERING_TIME = 50;

/** Where gathered lines go, such as a SonicBoom. */
export interface LineSink {
  /** Takes a text to be written after all others, and returns at once. */
  write(text: string): unknown;
  /** Writes what it has not yet begun to write, and returns when that is done. */
  flushSync(): void;
}

/**
 * Gathers lines for a moment and hands them on together. An asynchronous write wakes a thread of
 * Node's pool, and for a line of its own that costs more than making the line.
 */
export class LineBatch implements DestinationStream {
  #text = '';
  #size = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param limit - the most that is handed on in one piece unless a single line has more, bytes */
  constructor(
    private readonly sink: LineSink,
    private readonly limit: number,
  ) {}

  write(line: string): void {
    const size = Buffer.byteLength(line);
    if (this.#size > 0 && this.#size + size > this.limit) {
      this.#handOn();
    }
    this.#text += line;
    this.#size += size;
    // It keeps the process alive: what was said is written before it ends.
    this.#timer ??= setTimeout(() => {
      this.#handOn();
    }, GATHERING_TIME);
  }

  /** Writes what was gathered before it returns, for a process that is about to exit. */
  flushSync(): void {
    if (this.#text !== '') {
      this.#handOn();
      this.sink.flushSync();
    }
  }

  #handOn(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.sink.write(this.#text);
    this.#text = '';
    this.#size = 0;
  }
}
