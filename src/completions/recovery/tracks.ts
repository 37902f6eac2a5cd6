/** One piece of text that a chunk adds to one track of one choice. */
export interface TrackDelta {
  /** Which text of the choice grows, such as `content` or `tool_calls.0.arguments`. */
  readonly track: string;
  readonly text: string;
  /** Leaves of `text` only what follows the first `length` characters, in the chunk itself. */
  cut(length: number): void;
}

type Fields = Record<string, unknown>;

/** Texts that grow from chunk to chunk, wherever they stand. */
const TEXTS: ReadonlySet<string> = new Set([
  'content',
  'reasoning_content',
  'reasoning',
  'refusal',
  'text',
  'name',
  'arguments',
  'input',
]);

/**
 * @param choice - one choice of a parsed chunk, of a chat
 * (https://platform.openai.com/docs/api-reference/chat-streaming) or of a completion
 * @returns what it adds, in order. Its tool calls tell by `index` which of them goes on.
 */
export function trackDeltasOf(choice: Fields): readonly TrackDelta[] {
  const deltas: TrackDelta[] = [];
  collect(choice, '', deltas);
  const { delta } = choice;
  if (isFields(delta)) {
    collect(delta, '', deltas);
    collectCall(delta['function_call'], 'function_call.', deltas);
    const calls = delta['tool_calls'];
    for (const [position, call] of (Array.isArray(calls) ? calls : []).entries()) {
      collectToolCall(call, position, deltas);
    }
  }
  return deltas;
}

function collectToolCall(call: unknown, position: number, deltas: TrackDelta[]): void {
  if (isFields(call)) {
    const prefix = callPrefix(call, position);
    collectCall(call['function'], prefix, deltas);
    collectCall(call['custom'], prefix, deltas);
  }
}

/**
 * @param position - of the call in its list, which stands in for an `index` that is missing
 * @returns what the tracks of a tool call begin with
 */
export function callPrefix({ index }: Fields, position: number): string {
  return `tool_calls.${typeof index === 'number' ? index : position}.`;
}

function collectCall(call: unknown, prefix: string, deltas: TrackDelta[]): void {
  if (isFields(call)) {
    collect(call, prefix, deltas);
  }
}

function collect(holder: Fields, prefix: string, deltas: TrackDelta[]): void {
  for (const [name, text] of Object.entries(holder)) {
    if (typeof text === 'string' && text !== '' && TEXTS.has(name)) {
      deltas.push({
        track: prefix + name,
        text,
        cut: (length) => {
          holder[name] = text.slice(length);
        },
      });
    }
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
