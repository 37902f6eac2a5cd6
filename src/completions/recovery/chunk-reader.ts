import { JsonCursor, type Span } from '../../wire/index.js';
import type { CallId, Chunk, ChunkChoice, ChunkText, Member } from './chunk.js';

const ID = Buffer.from('id');
const CREATED = Buffer.from('created');
const ERROR = Buffer.from('error');
const USAGE = Buffer.from('usage');
const CHOICES = Buffer.from('choices');
const INDEX = Buffer.from('index');
const DELTA = Buffer.from('delta');
const TEXT = Buffer.from('text');
const ROLE = Buffer.from('role');
const FINISH_REASON = Buffer.from('finish_reason');
const LOGPROBS = Buffer.from('logprobs');
const TOOL_CALLS = Buffer.from('tool_calls');
const TYPE = Buffer.from('type');
const NAME = Buffer.from('name');

/** The texts that a delta may have, under the names that OpenAI and its kin give them. */
const TEXTS = keys('content', 'reasoning_content', 'reasoning', 'refusal');

/** Says of a delta which kind of text it has (gpt-oss behind Groq): no content of its own. */
const CHANNEL = Buffer.from('channel');

/** The kinds of calls: a tool's, with JSON or with free text, and the call of old. */
const CALLS = keys('function', 'custom');
const FUNCTION_CALL = Buffer.from('function_call');
const CALL_TEXTS = keys('arguments', 'input');

const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const DIGIT_ZERO = 0x30;
const DIGIT_NINE = 0x39;

/** Longer than an empty value of any kind: `""`, `[]`, `{}`; bytes. */
const EMPTY_VALUE_LENGTH = 2;

interface Key {
  readonly name: string;
  readonly bytes: Uint8Array;
}

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

interface GrowingChoice extends Writable<ChunkChoice> {
  readonly texts: ChunkText[];
  readonly callIds: CallId[];
}

/**
 * Reads the chunks of streamed chat and text completions in one pass over their bytes, without
 * decoding their texts.
 */
export class ChunkReader {
  readonly #cursor = new JsonCursor();

  /** @returns undefined when the bytes are no JSON object */
  read(bytes: Uint8Array, start: number, end: number): Chunk | undefined {
    const cursor = this.#cursor.reset(bytes, start, end);
    const choices: ChunkChoice[] = [];
    const chunk: Writable<Chunk> = {
      id: undefined,
      created: undefined,
      error: undefined,
      usage: undefined,
      choicesSpan: undefined,
      choices,
    };
    if (!cursor.enterObject()) {
      return undefined;
    }
    let from = cursor.position;
    while (cursor.nextMember()) {
      if (cursor.keyEquals(CHOICES) && cursor.valueByte === OPEN_BRACKET) {
        chunk.choicesSpan = this.#readChoices(bytes, choices);
      } else if (cursor.keyEquals(USAGE) && cursor.valueByte === OPEN_BRACE) {
        chunk.usage = this.#skipMember(from);
      } else if (cursor.keyEquals(ID)) {
        chunk.id = cursor.valueByte === QUOTE ? this.#skip() : undefined;
      } else if (cursor.keyEquals(CREATED)) {
        chunk.created = cursor.valueByte === LETTER_N ? undefined : this.#skip();
      } else if (cursor.keyEquals(ERROR)) {
        // `false` says, like `null` and `{}`, that there is none.
        chunk.error = cursor.valueByte === LETTER_F ? undefined : this.#skipSomething();
      } else {
        cursor.skipValue();
      }
      from = cursor.position;
    }
    return !cursor.failed && cursor.atEnd() ? chunk : undefined;
  }

  #readChoices(bytes: Uint8Array, choices: ChunkChoice[]): Span {
    const cursor = this.#cursor;
    const start = cursor.position;
    cursor.enterArray();
    while (cursor.nextElement()) {
      if (cursor.enterObject()) {
        choices.push(this.#readChoice(bytes));
      }
    }
    return { start, end: cursor.position };
  }

  #readChoice(bytes: Uint8Array): ChunkChoice {
    const cursor = this.#cursor;
    const choice: GrowingChoice = {
      index: 0,
      role: undefined,
      texts: [],
      callIds: [],
      finishReason: undefined,
      logprobs: undefined,
      isOpaque: false,
    };
    let from = cursor.position;
    while (cursor.nextMember()) {
      if (cursor.keyEquals(DELTA) && cursor.enterObject()) {
        this.#readDelta(bytes, choice);
      } else if (cursor.keyEquals(TEXT)) {
        this.#readText(choice, from, 'text');
      } else if (cursor.keyEquals(INDEX)) {
        cursor.skipValue();
        choice.index = numberAt(bytes, cursor.valueStart, cursor.valueEnd) ?? 0;
      } else if (cursor.keyEquals(FINISH_REASON)) {
        choice.finishReason = this.#skipSomething();
      } else if (cursor.keyEquals(LOGPROBS)) {
        choice.logprobs = this.#skipSomething();
      } else {
        cursor.skipValue();
      }
      from = cursor.position;
    }
    return choice;
  }

  #readDelta(bytes: Uint8Array, choice: GrowingChoice): void {
    const cursor = this.#cursor;
    let from = cursor.position;
    while (cursor.nextMember()) {
      const key = this.#keyAmong(TEXTS);
      if (key !== undefined) {
        this.#readText(choice, from, key);
      } else if (cursor.keyEquals(ROLE)) {
        choice.role = this.#skipMember(from);
      } else if (cursor.keyEquals(TOOL_CALLS) && cursor.enterArray()) {
        this.#readToolCalls(bytes, choice);
      } else if (cursor.keyEquals(FUNCTION_CALL) && cursor.enterObject()) {
        this.#readCall(choice, 'function_call');
      } else if (cursor.keyEquals(CHANNEL)) {
        cursor.skipValue();
      } else {
        this.#skipUnknown(choice);
      }
      from = cursor.position;
    }
  }

  #readToolCalls(bytes: Uint8Array, choice: GrowingChoice): void {
    const cursor = this.#cursor;
    while (cursor.nextElement()) {
      if (cursor.enterObject()) {
        this.#readToolCall(bytes, choice);
      } else {
        choice.isOpaque = true;
      }
    }
  }

  /** The index decides whose the pieces are, and may stand behind them. */
  #readToolCall(bytes: Uint8Array, choice: GrowingChoice): void {
    const cursor = this.#cursor;
    const firstText = choice.texts.length;
    let call: number | undefined;
    let id: Member | undefined;
    let from = cursor.position;
    while (cursor.nextMember()) {
      if (cursor.keyEquals(INDEX)) {
        cursor.skipValue();
        call = numberAt(bytes, cursor.valueStart, cursor.valueEnd);
      } else if (cursor.keyEquals(ID)) {
        id = this.#skipMember(from);
      } else if (cursor.keyEquals(TYPE)) {
        cursor.skipValue();
      } else if (this.#keyAmong(CALLS) !== undefined && cursor.enterObject()) {
        this.#readCall(choice, '');
      } else {
        this.#skipUnknown(choice);
      }
      from = cursor.position;
    }
    if (call === undefined) {
      choice.isOpaque = true;
      return;
    }
    for (let index = firstText; index < choice.texts.length; index += 1) {
      const text = choice.texts[index];
      if (text !== undefined) {
        choice.texts[index] = { ...text, key: `${call}${text.key}` };
      }
    }
    if (id !== undefined) {
      choice.callIds.push({ ...id, call });
    }
  }

  #readCall(choice: GrowingChoice, owner: string): void {
    const cursor = this.#cursor;
    let from = cursor.position;
    while (cursor.nextMember()) {
      const key = this.#keyAmong(CALL_TEXTS);
      if (key !== undefined) {
        this.#readText(choice, from, `${owner}.${key}`);
      } else if (cursor.keyEquals(NAME)) {
        this.#readText(choice, from, `${owner}.name`, true);
      } else {
        this.#skipUnknown(choice);
      }
      from = cursor.position;
    }
  }

  #readText(choice: GrowingChoice, from: number, key: string, isName = false): void {
    const isText = this.#cursor.valueByte === QUOTE;
    const span = this.#skipSomething();
    if (span !== undefined && isText) {
      choice.texts.push({ from, start: span.start, end: span.end, key, isName });
    } else if (span !== undefined) {
      choice.isOpaque = true;
    }
  }

  /** Numbers and truth values describe a delta; texts, lists and objects may be part of it. */
  #skipUnknown(choice: GrowingChoice): void {
    const byte = this.#cursor.valueByte;
    const isContent = byte === QUOTE || byte === OPEN_BRACKET || byte === OPEN_BRACE;
    if (this.#skipSomething() !== undefined && isContent) {
      choice.isOpaque = true;
    }
  }

  #skipMember(from: number): Member | undefined {
    const span = this.#skipSomething();
    return span === undefined ? undefined : { from, start: span.start, end: span.end };
  }

  #skip(): Span {
    this.#cursor.skipValue();
    return { start: this.#cursor.valueStart, end: this.#cursor.valueEnd };
  }

  /** @returns where the value stands; undefined for `null`, an empty text, list or object */
  #skipSomething(): Span | undefined {
    const isNull = this.#cursor.valueByte === LETTER_N;
    const span = this.#skip();
    return isNull || span.end - span.start <= EMPTY_VALUE_LENGTH ? undefined : span;
  }

  #keyAmong(candidates: readonly Key[]): string | undefined {
    for (const { name, bytes } of candidates) {
      if (this.#cursor.keyEquals(bytes)) {
        return name;
      }
    }
    return undefined;
  }
}

function keys(...names: readonly string[]): readonly Key[] {
  return names.map((name) => ({ name, bytes: Buffer.from(name) }));
}

/** @returns the whole number that those bytes write; undefined when they write something else */
function numberAt(bytes: Uint8Array, start: number, end: number): number | undefined {
  let number = 0;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte < DIGIT_ZERO || byte > DIGIT_NINE) {
      return undefined;
    }
    number = number * 10 + byte - DIGIT_ZERO;
  }
  return number;
}
