/** What a client makes of one choice of a stream: all strings put together, as the SDKs do. */
export interface ReceivedChoice {
  roles: string[];
  /** By `content`, `text`, …, and by `0.name`, `0.arguments`, … for tool calls. */
  texts: Record<string, string>;
  /** By the index of the call. */
  callIds: Record<string, string>;
  finishReasons: string[];
}

/** What a client makes of a stream. */
export interface ReceivedStream {
  /** The ids and the dates of the chunks, each once. */
  readonly ids: readonly unknown[];
  readonly created: readonly unknown[];
  readonly choices: Readonly<Record<string, ReceivedChoice>>;
  readonly usages: readonly unknown[];
  readonly errors: readonly unknown[];
  /** How often the stream said that it is complete. */
  readonly done: number;
}

type Json = Record<string, unknown>;

/** Reads a stream the way a client does. @throws SyntaxError when an event is not JSON */
export function receive(...batches: readonly (Uint8Array | string)[]): ReceivedStream {
  const text = Buffer.concat(batches.map((batch) => Buffer.from(batch))).toString();
  const payloads = text
    .split('\n\n')
    .map(payloadOf)
    .filter((payload) => payload !== '');
  const chunks = payloads
    .filter((payload) => payload !== '[DONE]')
    .map((payload) => JSON.parse(payload) as Json);
  const choices: Record<string, ReceivedChoice> = {};
  for (const choice of chunks.flatMap((chunk) => (chunk['choices'] ?? []) as Json[])) {
    const index = String(choice['index']);
    add((choices[index] ??= { roles: [], texts: {}, callIds: {}, finishReasons: [] }), choice);
  }
  return {
    ids: distinct(chunks, 'id'),
    created: distinct(chunks, 'created'),
    choices,
    usages: chunks.flatMap((chunk) => chunk['usage'] ?? []),
    errors: chunks.flatMap((chunk) => chunk['error'] ?? []),
    done: payloads.length - chunks.length,
  };
}

function payloadOf(event: string): string {
  return event
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.replace(/^data: ?/, ''))
    .join('\n');
}

function distinct(chunks: readonly Json[], name: string): unknown[] {
  return [...new Set(chunks.filter((chunk) => name in chunk).map((chunk) => chunk[name]))];
}

function add(received: ReceivedChoice, choice: Json): void {
  const {
    role,
    tool_calls: calls,
    function_call: call,
    ...texts
  } = (choice['delta'] ?? {}) as Json;
  if (typeof role === 'string') {
    received.roles.push(role);
  }
  addTexts(received, '', { ...texts, text: choice['text'] });
  addTexts(received, 'function_call.', (call ?? {}) as Json);
  for (const { index, id, ...kinds } of (calls ?? []) as Json[]) {
    const key = String(index);
    if (typeof id === 'string') {
      received.callIds[key] = (received.callIds[key] ?? '') + id;
    }
    addTexts(received, `${key}.`, (kinds['function'] ?? kinds['custom'] ?? {}) as Json);
  }
  if (typeof choice['finish_reason'] === 'string' && choice['finish_reason'] !== '') {
    received.finishReasons.push(choice['finish_reason']);
  }
}

function addTexts(received: ReceivedChoice, owner: string, texts: Json): void {
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text === 'string' && text !== '') {
      received.texts[owner + name] = (received.texts[owner + name] ?? '') + text;
    }
  }
}
