import type { TokenUsage } from '../../http/index.js';
import { JsonCursor, type Span } from '../../wire/index.js';
import { tokenUsageFrom } from '../token-usage.js';
import { ChoiceSet } from './choice-set.js';

const MODEL = Buffer.from('model');
const USAGE = Buffer.from('usage');
const ERROR = Buffer.from('error');
const CHOICES = Buffer.from('choices');
const DELTA = Buffer.from('delta');
const ROLE = Buffer.from('role');
const FINISH_REASON = Buffer.from('finish_reason');
const INDEX = Buffer.from('index');
const LOGPROBS = Buffer.from('logprobs');

const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;

/** An answer that says `model` more often is an attack: every place would cost memory and an edit. */
const MAX_MODEL_MEMBERS = 100;
/** No usage has so much to say; parsing more could cost many times its size in memory, bytes. */
const MAX_USAGE_LENGTH = 1024 * 1024;
/** Longer than an empty value of any kind: `""`, `[]`, `{}`; bytes. */
const EMPTY_VALUE_LENGTH = 2;

/**
 * Reads, in one pass over its bytes, what the proxy needs to know of an answer or of one chunk of
 * a streamed one. An instance is used again and again; each `read` forgets the one before.
 */
export class AnswerReader {
  /** Every top-level `model` whose value is a string. */
  readonly modelSpans: Span[] = [];
  usage: TokenUsage | undefined;
  /** Where the `error` object stands, when the provider sent one in place of an answer. */
  errorSpan: Span | undefined;
  /** Whether a choice gives its `finish_reason`. */
  finished = false;
  /** The choices that it holds. */
  readonly choicesSeen = new ChoiceSet();
  /** Those of them that give their `finish_reason`. */
  readonly choicesFinished = new ChoiceSet();
  /**
   * Whether there is a list of choices and it says nothing, as in a chunk that only reports usage:
   * it is empty, or (from LiteLLM) its choices have neither role nor content nor reason to finish.
   */
  hasEmptyChoices = false;
  /**
   * Whether it says something: a chunk that only names a role, or has only empty fields, does not.
   * What the proxy does not know counts as content.
   */
  hasContent = false;

  #hasRole = false;
  readonly #cursor = new JsonCursor();

  /** @returns whether the bytes are a JSON object, and none that repeats itself without end */
  read(bytes: Uint8Array, start = 0, end = bytes.byteLength): boolean {
    this.#forget();
    const cursor = this.#cursor.reset(bytes, start, end);
    let hasChoices = false;
    if (!cursor.enterObject()) {
      return false;
    }
    while (cursor.nextMember()) {
      if (cursor.keyEquals(CHOICES) && cursor.valueByte === OPEN_BRACKET) {
        hasChoices = true;
        this.#readChoices(bytes);
      } else if (cursor.keyEquals(MODEL) && cursor.valueByte === QUOTE) {
        cursor.skipValue();
        if (this.modelSpans.length === MAX_MODEL_MEMBERS) {
          return false;
        }
        this.modelSpans.push({ start: cursor.valueStart, end: cursor.valueEnd });
      } else if (cursor.keyEquals(USAGE) && cursor.valueByte === OPEN_BRACE) {
        this.#readUsage(bytes);
      } else if (cursor.keyEquals(ERROR)) {
        this.#readError();
      } else {
        cursor.skipValue();
      }
    }
    this.hasEmptyChoices = hasChoices && !this.hasContent && !this.#hasRole;
    this.hasContent ||= !hasChoices;
    return !cursor.failed && cursor.atEnd();
  }

  #forget(): void {
    this.modelSpans.length = 0;
    this.usage = undefined;
    this.errorSpan = undefined;
    this.finished = false;
    this.choicesSeen.clear();
    this.choicesFinished.clear();
    this.hasEmptyChoices = false;
    this.hasContent = false;
    this.#hasRole = false;
  }

  #readUsage(bytes: Uint8Array): void {
    const cursor = this.#cursor;
    if (cursor.skipValue() && cursor.valueEnd - cursor.valueStart <= MAX_USAGE_LENGTH) {
      const { valueStart, valueEnd } = cursor;
      this.usage = tokenUsageFrom(JSON.parse(textOf(bytes, valueStart, valueEnd)));
    }
  }

  #readChoices(bytes: Uint8Array): void {
    const cursor = this.#cursor;
    cursor.enterArray();
    while (cursor.nextElement()) {
      if (cursor.valueByte === OPEN_BRACE) {
        this.#readChoice(bytes);
      } else {
        cursor.skipValue();
      }
    }
  }

  #readChoice(bytes: Uint8Array): void {
    const cursor = this.#cursor;
    let index = 0;
    let isFinished = false;
    cursor.enterObject();
    while (cursor.nextMember()) {
      if (cursor.keyEquals(DELTA) && cursor.valueByte === OPEN_BRACE) {
        this.#readDelta();
      } else if (cursor.keyEquals(FINISH_REASON)) {
        // Some providers write `""` in every chunk that does not finish.
        isFinished = this.#skipsSomething();
      } else if (cursor.keyEquals(INDEX)) {
        cursor.skipValue();
        index = numberAt(bytes, cursor.valueStart, cursor.valueEnd);
      } else if (cursor.keyEquals(LOGPROBS)) {
        cursor.skipValue();
      } else {
        this.#readContent();
      }
    }
    this.choicesSeen.add(index);
    if (isFinished) {
      this.choicesFinished.add(index);
      this.finished = true;
      this.hasContent = true;
    }
  }

  /** `null`, `false`, `""` and `{}` say that there is none. */
  #readError(): void {
    const cursor = this.#cursor;
    const isFalse = cursor.valueByte === LETTER_F;
    if (this.#skipsSomething() && !isFalse) {
      this.errorSpan = { start: cursor.valueStart, end: cursor.valueEnd };
    }
  }

  #readDelta(): void {
    const cursor = this.#cursor;
    cursor.enterObject();
    while (cursor.nextMember()) {
      if (cursor.keyEquals(ROLE)) {
        const isSomething = this.#skipsSomething();
        this.#hasRole ||= isSomething;
      } else {
        this.#readContent();
      }
    }
  }

  #readContent(): void {
    const isSomething = this.#skipsSomething();
    this.hasContent ||= isSomething;
  }

  /** Skips a value. @returns whether it was more than `null` or an empty text, list or object */
  #skipsSomething(): boolean {
    const cursor = this.#cursor;
    const isNull = cursor.valueByte === LETTER_N;
    cursor.skipValue();
    return !isNull && cursor.valueEnd - cursor.valueStart > EMPTY_VALUE_LENGTH;
  }
}

const DIGIT_ZERO = 0x30;

/** @returns the whole number that those bytes write; of anything else, some number */
function numberAt(bytes: Uint8Array, start: number, end: number): number {
  let number = 0;
  for (let index = start; index < end; index += 1) {
    number = number * 10 + ((bytes[index] ?? DIGIT_ZERO) - DIGIT_ZERO);
  }
  return number;
}

/** @returns a range of bytes as text */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}
