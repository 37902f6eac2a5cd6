import type { SseEvent } from '../../wire/index.js';
import type { Chunk, ChunkChoice } from './chunk.js';
import { decoded } from './growing-choice.js';

/** Where a stream begins that was asked to continue an answer: at its end, or all over again. */
export type Beginning = 'continues' | 'anew';

/** A chunk of a second stream. */
export interface PlayedChunk {
  readonly event: SseEvent;
  readonly chunk: Chunk;
}

/**
 * How much of what it continues a continuation may begin with by chance, UTF-16 units: a new
 * sentence, or one token that comes again. More than that nobody says twice.
 */
const LONGEST_CHANCE = 32;

/**
 * Finds out whether a stream continues the partial answer as it was asked to. Some providers first
 * repeat what they continue (Mistral; vLLM with `echo`), some do not know the request and begin
 * anew, in one piece or token by token; both are second streams like any other. As long as it may be
 * either, what comes is held back: the text of that is shorter than the partial answer, and no
 * longer than `LONGEST_CHANCE`.
 *
 * A partial answer so short that all of it may come again by chance counts as repeated: providers
 * that repeat do so each time, and answers seldom begin with the same word twice.
 */
export class ContinuationOpening {
  /** What tells a repetition from a continuation. */
  readonly #mark: string;
  readonly #held: PlayedChunk[] = [];
  #said = '';

  /** @param partial - what the request asked to continue */
  constructor(partial: string) {
    this.#mark = partial.slice(0, LONGEST_CHANCE + 1);
  }

  /** What was held back, in order. Chunks that bring nothing are left out. */
  get held(): readonly PlayedChunk[] {
    return this.#held;
  }

  /** @returns where the stream begins, as soon as that is clear */
  add(event: SseEvent, chunk: Chunk): Beginning | undefined {
    if (chunk.choices.some(bringsSomething)) {
      // The reader fills its event anew for each.
      this.#held.push({ event: { ...event }, chunk });
    }
    return firstOf(chunk.choices, (choice) => this.#judge(choice, event.dataBytes));
  }

  #judge(choice: ChunkChoice, bytes: Uint8Array): Beginning | undefined {
    if (choice.isOpaque) {
      return 'anew';
    }
    const judged = firstOf(choice.texts, ({ key, start, end }) => {
      if (key === 'content') {
        return this.#compare(decoded(bytes, start, end));
      }
      // Reasoning begins an answer.
      return key.startsWith('reasoning') ? 'anew' : 'continues';
    });
    return judged ?? (choice.finishReason === undefined ? undefined : 'continues');
  }

  #compare(piece: string): Beginning | undefined {
    this.#said += piece;
    if (this.#said.startsWith(this.#mark)) {
      return 'anew';
    }
    return this.#mark.startsWith(this.#said) ? undefined : 'continues';
  }
}

function bringsSomething({ isOpaque, texts, finishReason }: ChunkChoice): boolean {
  return isOpaque || texts.length > 0 || finishReason !== undefined;
}

/** @returns the first answer that there is */
function firstOf<Item>(
  items: readonly Item[],
  ask: (item: Item) => Beginning | undefined,
): Beginning | undefined {
  for (const item of items) {
    const answer = ask(item);
    if (answer !== undefined) {
      return answer;
    }
  }
  return undefined;
}
