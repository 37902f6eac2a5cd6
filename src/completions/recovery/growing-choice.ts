import { textOf } from '../reply/answer-reader.js';
import type { ChunkChoice, ChunkText } from './chunk.js';
import type { SentChoice } from './sent-answer.js';

/** What a text, a call or a choice costs beside its characters, bytes, roughly. */
const OVERHEAD = 64;

/** What the client has of one choice, while more comes. */
export class GrowingChoice {
  /** What is kept, bytes. */
  size = OVERHEAD;
  #hasRole = false;
  #finishReason: string | undefined;
  readonly #texts = new Map<string, GrowingText>();
  readonly #identifiedCalls = new Set<number>();

  get isFinished(): boolean {
    return this.#finishReason !== undefined;
  }

  /** @param bytes - those that the chunk was read from */
  add(choice: ChunkChoice, bytes: Uint8Array): void {
    this.#hasRole ||= choice.role !== undefined;
    for (const text of choice.texts) {
      this.#addText(text, bytes);
    }
    for (const { call } of choice.callIds) {
      if (!this.#identifiedCalls.has(call)) {
        this.#identifiedCalls.add(call);
        this.size += OVERHEAD;
      }
    }
    if (choice.finishReason !== undefined) {
      this.#finishReason ??= textOf(bytes, choice.finishReason.start, choice.finishReason.end);
    }
  }

  /** @returns a copy that later additions do not change */
  snapshot(): SentChoice {
    return {
      hasRole: this.#hasRole,
      texts: new Map(Array.from(this.#texts, ([key, text]) => [key, text.settle()])),
      identifiedCalls: new Set(this.#identifiedCalls),
      finishReason: this.#finishReason,
    };
  }

  /** Puts the pieces of the texts together: until then each costs more than its characters. */
  settle(): void {
    for (const text of this.#texts.values()) {
      text.settle();
    }
  }

  #addText({ key, start, end }: ChunkText, bytes: Uint8Array): void {
    const piece = decoded(bytes, start, end);
    this.size += Buffer.byteLength(piece);
    const text = this.#texts.get(key);
    if (text === undefined) {
      this.#texts.set(key, new GrowingText(piece));
      this.size += OVERHEAD;
    } else {
      text.add(piece);
    }
  }
}

/** A text that arrives in many small pieces. */
class GrowingText {
  #text: string;
  #pieces: string[] = [];

  constructor(beginning: string) {
    this.#text = beginning;
  }

  add(piece: string): void {
    this.#pieces.push(piece);
  }

  settle(): string {
    if (this.#pieces.length > 0) {
      this.#text += this.#pieces.join('');
      this.#pieces = [];
    }
    return this.#text;
  }
}

/** @returns the text that a JSON string stands for */
export function decoded(bytes: Uint8Array, start: number, end: number): string {
  return String(JSON.parse(textOf(bytes, start, end)));
}
