import { type Edit, jsonString } from '../../wire/index.js';
import { textOf } from '../reply/answer-reader.js';
import { type ChunkChoice, type ChunkText, removal } from './chunk.js';
import { decoded } from './growing-choice.js';
import type { SentChoice } from './sent-answer.js';

/**
 * What a chunk brings to a choice: nothing that the client does not have, something new, or
 * something that contradicts what the client has.
 */
export type Verdict = 'old' | 'new' | 'differs';

const NULL = Buffer.from('null');

/**
 * Plays one choice of a second stream against what the client has of it. Within a choice nothing
 * new flows before all that was sent has come again, whatever text it belongs to: a second answer
 * whose reasoning goes on when the first one's has ended is another answer.
 */
export class ChoiceReplay {
  readonly #sentTexts: ReadonlyMap<string, string>;
  readonly #sentFinish: string | undefined;
  readonly #identifiedCalls: Set<number>;
  /** How much of each text has come again, UTF-16 units. */
  readonly #positions = new Map<string, number>();
  /** How much that was sent has not come again, UTF-16 units. */
  #behind = 0;
  #hasRole: boolean;
  #hasFinished = false;

  /**
   * @param sent - undefined when the client has nothing of this choice
   * @param continuesAt - how much of its `content` does not come again, UTF-16 units
   */
  constructor(sent: SentChoice | undefined, continuesAt = 0) {
    this.#sentTexts = sent?.texts ?? new Map<string, string>();
    this.#sentFinish = sent?.finishReason;
    this.#identifiedCalls = new Set(sent?.identifiedCalls);
    // Whoever has text of a choice has got along without a role.
    this.#hasRole = sent?.hasRole === true || this.#sentTexts.size > 0;
    for (const text of this.#sentTexts.values()) {
      this.#behind += text.length;
    }
    if (continuesAt > 0) {
      this.#positions.set('content', continuesAt);
      this.#behind -= continuesAt;
    }
  }

  /** Whether all that was sent has come again. */
  get isCaughtUp(): boolean {
    return this.#behind === 0;
  }

  /** Whether the second stream has said why it finished. */
  get hasFinished(): boolean {
    return this.#hasFinished;
  }

  /** Whether the client has all of the choice so far: from here on everything is new. */
  get #isOpen(): boolean {
    return this.#behind === 0 && this.#sentFinish === undefined;
  }

  /**
   * @param choice - read from `bytes`
   * @param edits - gets what must change should the chunk flow, for this choice or for another
   */
  play(choice: ChunkChoice, bytes: Uint8Array, edits: Edit[]): Verdict {
    const matched = this.#isOpen ? 'new' : this.#match(choice, bytes, edits);
    if (matched === 'differs') {
      return 'differs';
    }
    const finish = this.#finish(choice, bytes, edits);
    if (finish === 'differs') {
      return 'differs';
    }
    const verdict = finish === 'new' ? 'new' : matched;
    this.#unify(choice, bytes, edits, verdict === 'new');
    return verdict;
  }

  #match(choice: ChunkChoice, bytes: Uint8Array, edits: Edit[]): Verdict {
    if (choice.isOpaque) {
      return 'differs';
    }
    let hasOld = false;
    let hasNew = false;
    for (const text of choice.texts) {
      const piece = decoded(bytes, text.start, text.end);
      const known = this.#advance(text.key, piece);
      if (known === undefined) {
        return 'differs';
      }
      if (known > 0) {
        hasOld = true;
        edits.push(withoutBeginning(text, piece, known, bytes));
      }
      hasNew ||= known < piece.length;
    }
    if (hasOld && choice.logprobs !== undefined) {
      // They speak of tokens that the client has in part, or has with their logprobs.
      edits.push({ start: choice.logprobs.start, end: choice.logprobs.end, replacement: NULL });
    }
    if (!hasNew) {
      return 'old';
    }
    return this.#behind > 0 || this.#sentFinish !== undefined ? 'differs' : 'new';
  }

  /** @returns how much of the piece was sent before; undefined when something else was */
  #advance(key: string, piece: string): number | undefined {
    const sent = this.#sentTexts.get(key) ?? '';
    const position = this.#positions.get(key) ?? 0;
    const known = Math.min(piece.length, sent.length - position);
    if (!sent.startsWith(piece.slice(0, known), position)) {
      return undefined;
    }
    this.#positions.set(key, position + known);
    this.#behind -= known;
    return known;
  }

  #finish({ finishReason }: ChunkChoice, bytes: Uint8Array, edits: Edit[]): Verdict {
    if (finishReason === undefined) {
      return 'old';
    }
    const { start, end } = finishReason;
    if (this.#behind > 0) {
      return 'differs';
    }
    this.#hasFinished = true;
    if (this.#sentFinish === undefined) {
      return 'new';
    }
    edits.push({ start, end, replacement: NULL });
    return textOf(bytes, start, end) === this.#sentFinish ? 'old' : 'differs';
  }

  /** The client hears of the role, and of the id of each tool call, only once. */
  #unify(choice: ChunkChoice, bytes: Uint8Array, edits: Edit[], isNew: boolean): void {
    if (choice.role !== undefined) {
      if (this.#hasRole || !isNew) {
        edits.push(removal(bytes, choice.role));
      }
      this.#hasRole ||= isNew;
    }
    for (const id of choice.callIds) {
      if (this.#identifiedCalls.has(id.call) || !isNew) {
        edits.push(removal(bytes, id));
      } else {
        this.#identifiedCalls.add(id.call);
      }
    }
  }
}

/** @returns the edit that takes what was sent before out of a piece of text */
function withoutBeginning(text: ChunkText, piece: string, known: number, bytes: Uint8Array): Edit {
  if (text.isName && known === piece.length) {
    return removal(bytes, text);
  }
  const { start, end } = text;
  return { start, end, replacement: jsonString(piece.slice(known)) };
}
