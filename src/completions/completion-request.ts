import { isUtf8 } from 'node:buffer';
import { InvalidJsonError, MissingParameterError } from '../errors/index.js';
import { JsonCursor, type Span } from '../wire/index.js';

/** Where a request's `stream_options` stand, and what they say about usage. */
export interface StreamOptions extends Span {
  /** The first byte after `{`; undefined when the value is no object. */
  readonly inside: number | undefined;
  readonly isEmpty: boolean;
  /** The value of `include_usage`, when there is one. */
  readonly includeUsage: (Span & { readonly value: boolean }) | undefined;
}

/**
 * A request as it came, and what routing needs to know of it. The bytes are kept: what the proxy
 * does not understand travels on untouched.
 */
export interface CompletionRequest {
  readonly bytes: Uint8Array;
  /** The model the client asks for. */
  readonly model: string;
  /** Every place where the body says `model`: of duplicates, each gets the provider's name. */
  readonly modelSpans: readonly Span[];
  /** Whether the client asks for a stream. */
  readonly streamed: boolean;
  readonly streamOptions: StreamOptions | undefined;
  /** Where the body's `user` stands, when that is a text: the JSON string with its quotes. */
  readonly userSpan: Span | undefined;
  /** How many choices the answer is to have: `n` of them for each prompt. */
  readonly choiceCount: number;
  /** The first byte after the body's `{`. */
  readonly inside: number;
}

const MODEL = Buffer.from('model');
const STREAM = Buffer.from('stream');
const STREAM_OPTIONS = Buffer.from('stream_options');
const USER = Buffer.from('user');
const COUNT = Buffer.from('n');
const PROMPT = Buffer.from('prompt');
const INCLUDE_USAGE = Buffer.from('include_usage');

const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const LETTER_T = 0x74;
const DIGIT_ZERO = 0x30;
const DIGIT_NINE = 0x39;

/** Longer names are nobody's, and would only fill logs, characters. */
const MAX_MODEL_LENGTH = 256;
/** A body that says `model` more often is an attack: every place would cost memory and an edit. */
const MAX_MODEL_MEMBERS = 100;

/**
 * Reads what the proxy needs from a body, in one pass that also proves that it is JSON.
 *
 * @throws InvalidJsonError when it is not JSON in UTF-8, no object, or one that repeats itself without end
 * @throws MissingParameterError when it names no model
 */
export function parseCompletionRequest(bytes: Uint8Array): CompletionRequest {
  const cursor = new JsonCursor().reset(bytes);
  if (cursor.valueByte !== OPEN_BRACE && isUtf8(bytes) && cursor.skipValue() && cursor.atEnd()) {
    throw new InvalidJsonError('The request body must be a JSON object.');
  }
  const modelSpans: Span[] = [];
  let modelIsText = true;
  let streamed = false;
  let streamOptions: StreamOptions | undefined;
  let userSpan: Span | undefined;
  let choicesEach = 1;
  let prompts = 1;

  const opened = cursor.enterObject();
  const inside = cursor.position;
  while (opened && cursor.nextMember()) {
    if (cursor.keyEquals(MODEL)) {
      if (modelSpans.length === MAX_MODEL_MEMBERS) {
        throw new InvalidJsonError("The request body repeats 'model' too often.");
      }
      modelIsText = cursor.valueByte === QUOTE;
      cursor.skipValue();
      modelSpans.push({ start: cursor.valueStart, end: cursor.valueEnd });
    } else if (cursor.keyEquals(STREAM)) {
      streamed = isTrue(cursor);
      cursor.skipValue();
    } else if (cursor.keyEquals(STREAM_OPTIONS)) {
      streamOptions = readStreamOptions(cursor);
    } else if (cursor.keyEquals(USER)) {
      userSpan = readTextSpan(cursor);
    } else if (cursor.keyEquals(COUNT)) {
      choicesEach = readCount(cursor, bytes);
    } else if (cursor.keyEquals(PROMPT)) {
      prompts = countPrompts(cursor);
    } else {
      cursor.skipValue();
    }
  }
  if (!opened || cursor.failed || !cursor.atEnd() || !isUtf8(bytes)) {
    throw new InvalidJsonError();
  }
  const model = modelIsText ? readModel(bytes, modelSpans.at(-1)) : '';
  if (model === '' || model.length > MAX_MODEL_LENGTH) {
    throw new MissingParameterError(
      'model',
      `the name of a model, of at most ${MAX_MODEL_LENGTH} characters,`,
    );
  }
  const choiceCount = choicesEach * prompts;
  return { bytes, model, modelSpans, streamed, streamOptions, userSpan, choiceCount, inside };
}

function readModel(bytes: Uint8Array, span: Span | undefined): string {
  return span === undefined ? '' : String(parseSpan(bytes, span));
}

/** @returns what the JSON at `span` says */
export function parseSpan(bytes: Uint8Array, { start, end }: Span): unknown {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString());
}

/** @returns where the text is that the cursor stands at; undefined when it is none */
function readTextSpan(cursor: JsonCursor): Span | undefined {
  const isText = cursor.valueByte === QUOTE;
  cursor.skipValue();
  return isText ? { start: cursor.valueStart, end: cursor.valueEnd } : undefined;
}

/** @returns whether the cursor stands at `true`, which is all that can begin so */
function isTrue(cursor: JsonCursor): boolean {
  return cursor.valueByte === LETTER_T;
}

/** @returns the whole number that the cursor stands at; 1, the default of `n`, for anything else */
function readCount(cursor: JsonCursor, bytes: Uint8Array): number {
  const isNumber = isDigit(cursor.valueByte);
  if (!cursor.skipValue() || !isNumber) {
    return 1;
  }
  const count = Number(parseSpan(bytes, { start: cursor.valueStart, end: cursor.valueEnd }));
  return Number.isInteger(count) && count > 0 ? count : 1;
}

/** @returns how many prompts the cursor stands at: a list of numbers is one, written as tokens */
function countPrompts(cursor: JsonCursor): number {
  let prompts = 0;
  if (!cursor.enterArray()) {
    cursor.skipValue();
    return 1;
  }
  while (cursor.nextElement()) {
    prompts += isDigit(cursor.valueByte) ? 0 : 1;
  }
  return Math.max(1, prompts);
}

function isDigit(byte: number): boolean {
  return byte >= DIGIT_ZERO && byte <= DIGIT_NINE;
}

function readStreamOptions(cursor: JsonCursor): StreamOptions {
  if (cursor.valueByte !== OPEN_BRACE) {
    cursor.skipValue();
    return {
      start: cursor.valueStart,
      end: cursor.valueEnd,
      inside: undefined,
      isEmpty: true,
      includeUsage: undefined,
    };
  }
  const start = cursor.position;
  cursor.enterObject();
  const inside = cursor.position;
  let isEmpty = true;
  let includeUsage: StreamOptions['includeUsage'];
  while (cursor.nextMember()) {
    isEmpty = false;
    const isUsage = cursor.keyEquals(INCLUDE_USAGE);
    const value = isTrue(cursor);
    cursor.skipValue();
    if (isUsage) {
      includeUsage = { start: cursor.valueStart, end: cursor.valueEnd, value };
    }
  }
  return { start, end: cursor.position, inside, isEmpty, includeUsage };
}
