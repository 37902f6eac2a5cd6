import { SseReader } from '../../wire/index.js';
import { dataOf, parseChunk, type Chunk, type ChunkChoice } from './chunk.js';
import { trackDeltasOf } from './tracks.js';

/** What a client has of one choice. */
export interface ToldChoice {
  /** Each text by its track. */
  readonly tracks: Map<string, string>;
  isFinished: boolean;
}

/** What a client has of a stream. */
export interface Told {
  /** What tells its chunks from those of other streams, by name: `id` and `created`. */
  readonly identity: ReadonlyMap<string, unknown>;
  readonly choices: ReadonlyMap<number, ToldChoice>;
}

/** Batches are kept as they are until so much has gathered, bytes: most streams never break. */
const FOLD_SIZE = 16 * 1024;

const IDENTITY = ['id', 'created'];

/**
 * Remembers what a client has of a stream. While the stream runs that costs hardly more than keeping
 * its bytes for a moment; they are read when enough has gathered, or when somebody asks.
 */
export class Transcript {
  readonly #identity = new Map<string, unknown>();
  readonly #choices = new Map<number, ToldChoice>();
  readonly #events = new SseReader((event) => {
    const chunk = event.dataLines === 0 ? undefined : parseChunk(dataOf(event));
    if (chunk !== undefined) {
      this.#learn(chunk);
    }
  });
  #batches: Uint8Array[] = [];
  #batchedSize = 0;
  #textSize = 0;

  /** @param maxBytes - of text; more is not remembered */
  constructor(private readonly maxBytes: number) {}

  /** Whether more was said than it may remember: then it is of no use. */
  get isFull(): boolean {
    return this.#textSize > this.maxBytes;
  }

  /** @param batch - whole events, as the client got them; the bytes are not written to again */
  add(batch: Uint8Array): void {
    if (this.isFull) {
      return;
    }
    this.#batches.push(batch);
    this.#batchedSize += batch.byteLength;
    if (this.#batchedSize > FOLD_SIZE) {
      this.#fold();
    }
  }

  /** @returns what the client has by now */
  read(): Told {
    this.#fold();
    return { identity: this.#identity, choices: this.#choices };
  }

  #fold(): void {
    for (const batch of this.#batches) {
      this.#events.push(batch);
    }
    this.#batches = [];
    this.#batchedSize = 0;
    if (this.isFull) {
      this.#choices.clear();
    }
  }

  #learn({ fields, choices }: Chunk): void {
    for (const name of IDENTITY) {
      if (fields[name] !== undefined && !this.#identity.has(name)) {
        this.#identity.set(name, fields[name]);
      }
    }
    for (const choice of choices) {
      this.#learnChoice(choice);
    }
  }

  #learnChoice({ index, fields, isFinished }: ChunkChoice): void {
    let told = this.#choices.get(index);
    if (told === undefined) {
      told = { tracks: new Map(), isFinished: false };
      this.#choices.set(index, told);
    }
    for (const { track, text } of trackDeltasOf(fields)) {
      told.tracks.set(track, (told.tracks.get(track) ?? '') + text);
      this.#textSize += Buffer.byteLength(text);
    }
    told.isFinished ||= isFinished;
  }
}
