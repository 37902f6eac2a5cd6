import { countTokens } from './tokens.js';

/** What the demo model reads of a chat or completion request. */
export interface DemoRequest {
  readonly model: string;
  /** The last thing the user said. */
  readonly prompt: string;
  readonly promptTokens: number;
  /** The most tokens the client wants; undefined when it did not say. */
  readonly maxTokens: number | undefined;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/** The request cannot be answered: a 400, as a real provider gives. */
export class DemoRequestError extends Error {
  /** @param param - the parameter at fault */
  constructor(
    message: string,
    readonly param: string,
  ) {
    super(message);
  }
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param pieces - the body as it would be sent
 * @throws DemoRequestError when it is no JSON object
 */
export function parseBody(pieces: readonly Uint8Array[]): Fields {
  const body = parseJson(Buffer.concat(pieces).toString());
  if (!isFields(body)) {
    throw new DemoRequestError('The body must be a JSON object.', 'body');
  }
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param body - the parsed body of a chat completion request
 * @throws DemoRequestError when a field is missing or of the wrong kind
 */
export function readChatRequest(body: Fields): DemoRequest {
  const messages = body['messages'];
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new DemoRequestError("'messages' must be a non-empty array.", 'messages');
  }
  const turns = messages.filter(isFields).map(({ role, content }) => ({
    isUser: role === 'user',
    text: textOf(content),
  }));
  return {
    ...readCommon(body),
    prompt: turns.findLast(({ isUser }) => isUser)?.text ?? '',
    promptTokens: turns.reduce((sum, { text }) => sum + countTokens(text), 0),
  };
}

/**
 * @param body - the parsed body of a completion request
 * @throws DemoRequestError when a field is missing or of the wrong kind
 */
export function readCompletionRequest(body: Fields): DemoRequest {
  const given = body['prompt'];
  if (typeof given !== 'string' && !Array.isArray(given)) {
    throw new DemoRequestError("'prompt' must be a string or an array.", 'prompt');
  }
  const prompt = textOf(given);
  return { ...readCommon(body), prompt, promptTokens: countTokens(prompt) };
}

function readCommon(body: Fields): Omit<DemoRequest, 'prompt' | 'promptTokens'> {
  const n = body['n'] ?? 1;
  if (n !== 1) {
    throw new DemoRequestError("The demo model gives one choice: 'n' must be 1.", 'n');
  }
  const options = body['stream_options'];
  return {
    model: String(body['model']),
    maxTokens: readMaxTokens(body),
    stream: body['stream'] === true,
    includeUsage: isFields(options) && options['include_usage'] === true,
  };
}

function readMaxTokens(body: Fields): number | undefined {
  for (const param of ['max_completion_tokens', 'max_tokens']) {
    const value = body[param];
    if (value !== undefined && value !== null) {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
        throw new DemoRequestError(`'${param}' must be a positive integer.`, param);
      }
      return value;
    }
  }
  return undefined;
}

/** @returns the text of a message's content, of its text parts, or of a list of strings */
function textOf(content: unknown): string {
  if (typeof content === 'string') {
    return content;
  }
  if (!Array.isArray(content)) {
    return '';
  }
  return content
    .map((part: unknown) => {
      const text = isFields(part) ? part['text'] : part;
      return typeof text === 'string' ? text : '';
    })
    .filter((text) => text !== '')
    .join(' ');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
