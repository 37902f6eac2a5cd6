import { impliedStatus } from './implied-status.js';
import type { Refusal, RefusalWords } from './refusal.js';

/** No refusal has so much to say; parsing more could cost many times its size in memory, characters. */
const MAX_LENGTH = 1024 * 1024;

/**
 * Reads a refusal that came with a status of its own. A body that says nothing, or that is not
 * even JSON, leaves the status alone.
 *
 * @param body - JSON in one of the shapes that are in use: OpenAI's `{"error": {…}}`, the same in a
 *   list (Gemini's compatible endpoint), the error itself at the top (vLLM, Mistral), a sentence as
 *   `error` (xAI, Ollama) or as `detail` (FastAPI)
 */
export function refusalFrom(status: number, body: Uint8Array): Refusal {
  return { status, ...wordsOf(errorIn(parse(Buffer.from(body).toString()))) };
}

/**
 * Reads an error that came under a good status, in the body of a 200 or as an event of a stream.
 *
 * @param json - the provider's `error` value
 * @returns the refusal with the status that the error should have come with
 */
export function hiddenRefusalFrom(json: string): Refusal {
  const error = parse(json);
  const words = wordsOf(error);
  return { status: statusIn(error) ?? impliedStatus(words), ...words };
}

function errorIn(body: unknown): unknown {
  const outer: unknown = Array.isArray(body) ? body[0] : body;
  const inner = fieldOf(outer, 'error') ?? fieldOf(outer, 'detail');
  return isObject(inner) ? inner : outer;
}

function wordsOf(error: unknown): RefusalWords {
  if (error === undefined || error === null) {
    return {};
  }
  if (!isObject(error)) {
    return { message: typeof error === 'string' ? error : JSON.stringify(error) };
  }
  const cause = causeOf(error);
  return {
    code:
      textOf(cause, 'code') ??
      textOf(error, 'code') ??
      // Azure says there which of its filters has stepped in.
      textOf(fieldOf(error, 'innererror'), 'code'),
    type:
      textOf(cause, 'type') ??
      textOf(error, 'type') ??
      // OpenRouter's `code` is the status again, and it has no `type`.
      textOf(fieldOf(error, 'metadata'), 'error_type'),
    message: sentenceOf(cause) ?? sentenceOf(error),
    param: textOf(cause, 'param') ?? textOf(error, 'param'),
  };
}

/** OpenRouter says «Provider returned error» and puts beside it, as text, what that one said. */
function causeOf(error: object): unknown {
  const raw = textOf(fieldOf(error, 'metadata'), 'raw');
  return raw === undefined ? undefined : errorIn(parse(raw));
}

function sentenceOf(error: unknown): string | undefined {
  return textOf(error, 'message') ?? textOf(error, 'error') ?? textOf(error, 'detail');
}

function statusIn(error: unknown): number | undefined {
  return ['code', 'status']
    .map((name) => Number(textOf(error, name)))
    .find((status) => Number.isInteger(status) && status >= 400 && status <= 599);
}

function textOf(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === 'string' || typeof field === 'number' ? String(field) : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** @returns undefined when it is no JSON, or too much of it */
function parse(json: string): unknown {
  try {
    return json.length > MAX_LENGTH ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
