import { type Span, type SseEvent, SseReader } from '../../wire/index.js';
import { isDone } from '../reply/stream-translator.js';
import type { Chunk } from './chunk.js';
import { ChunkReader } from './chunk-reader.js';
import { GrowingChoice } from './growing-choice.js';
import type { SentAnswer } from './sent-answer.js';

/** How much may gather before it is read, bytes. Most short answers are never read at all. */
const UNREAD_LIMIT = 16 * 1024;

/**
 * Remembers what a client has of a stream, so that another provider can go on where one broke off.
 * Nearly every stream ends well, so a batch is only laid aside; what has gathered is read, and
 * shrinks to its texts, when there is much of it or when somebody asks.
 */
export class Transcript {
  #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  /** What is kept beside the choices, bytes. */
  #headSize = 0;
  #id: Uint8Array | undefined;
  #created: Uint8Array | undefined;
  #hasUsage = false;
  #isOver = false;
  #isFull = false;
  #isOpaque = false;
  readonly #choices = new Map<number, GrowingChoice>();
  readonly #reader = new ChunkReader();
  readonly #events = new SseReader((event) => {
    this.#readEvent(event);
  });

  /** @param maxBytes - how much text is kept, in UTF-8; what has not been read comes on top */
  constructor(private readonly maxBytes: number) {}

  /** Whether more was sent than may be kept; known when what was sent is read. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** @param batch - whole events, as the client gets them; must not be written to afterwards */
  add(batch: Uint8Array): void {
    if (this.#isFull || this.#isOpaque) {
      return;
    }
    this.#unread.push(batch);
    this.#unreadBytes += batch.byteLength;
    if (this.#unreadBytes >= UNREAD_LIMIT) {
      this.#read();
    }
  }

  /**
   * @returns what the client has; undefined when it cannot be continued: too much was sent, or
   *   content of a kind that cannot be compared, or the end (`[DONE]` or an error)
   */
  sent(): SentAnswer | undefined {
    this.#read();
    if (this.#isFull || this.#isOpaque || this.#isOver) {
      return undefined;
    }
    const choices = Array.from(this.#choices);
    return {
      id: this.#id,
      created: this.#created,
      choices: new Map(choices.map(([index, choice]) => [index, choice.snapshot()])),
      isFinished: this.#isFinished,
      hasUsage: this.#hasUsage,
    };
  }

  get #isFinished(): boolean {
    const choices = Array.from(this.#choices.values());
    return choices.length > 0 && choices.every((choice) => choice.isFinished);
  }

  #read(): void {
    const batches = this.#unread;
    this.#unread = [];
    this.#unreadBytes = 0;
    for (const batch of batches) {
      this.#events.push(batch);
    }
    let size = this.#headSize;
    for (const choice of this.#choices.values()) {
      choice.settle();
      size += choice.size;
    }
    this.#isFull ||= size > this.maxBytes;
    if (this.#isFull || this.#isOpaque) {
      this.#choices.clear();
    }
  }

  #readEvent(event: SseEvent): void {
    if (event.dataLines === 0) {
      return;
    }
    if (isDone(event)) {
      this.#isOver = true;
      return;
    }
    const { dataBytes, dataStart, dataEnd } = event;
    const chunk = this.#reader.read(dataBytes, dataStart, dataEnd);
    if (chunk?.error !== undefined) {
      this.#isOver = true;
    } else if (chunk !== undefined) {
      this.#learn(chunk, dataBytes);
    }
  }

  #learn(chunk: Chunk, bytes: Uint8Array): void {
    this.#id ??= this.#keep(chunk.id, bytes);
    this.#created ??= this.#keep(chunk.created, bytes);
    for (const choice of chunk.choices) {
      this.#isOpaque ||= choice.isOpaque;
      this.#choiceAt(choice.index).add(choice, bytes);
    }
    if (chunk.usage !== undefined) {
      // Some providers count in each chunk what there is so far.
      this.#hasUsage ||= chunk.choices.length === 0 || this.#isFinished;
    }
  }

  #choiceAt(index: number): GrowingChoice {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = new GrowingChoice();
      this.#choices.set(index, choice);
    }
    return choice;
  }

  /** A view would keep the whole batch alive. */
  #keep(span: Span | undefined, bytes: Uint8Array): Uint8Array | undefined {
    if (span === undefined) {
      return undefined;
    }
    this.#headSize += span.end - span.start;
    return Buffer.from(bytes.subarray(span.start, span.end));
  }
}
