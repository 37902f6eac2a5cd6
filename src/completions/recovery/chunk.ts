import type { Edit, Span } from '../../wire/index.js';

/** A member of an object. */
export interface Member extends Span {
  /** What comes before it: where the member before it ends, or behind the opening brace. */
  readonly from: number;
}

/** A piece of one of the texts that a stream brings bit by bit. */
export interface ChunkText extends Member {
  /** Which text of its choice it belongs to, such as `content` or `0.arguments`. */
  readonly key: string;
  /** Whether it names something: names are left out where they say nothing new, not emptied. */
  readonly isName: boolean;
}

/** Where a chunk gives the id of a tool call. */
export interface CallId extends Member {
  /** The index of the call. */
  readonly call: number;
}

/** What one chunk says of one choice. */
export interface ChunkChoice {
  readonly index: number;
  /** Where it names a role. */
  readonly role: Member | undefined;
  /** The pieces of text that are more than empty. */
  readonly texts: readonly ChunkText[];
  readonly callIds: readonly CallId[];
  readonly finishReason: Span | undefined;
  readonly logprobs: Span | undefined;
  /** Whether it has content of a kind that is not known here, and so cannot be compared. */
  readonly isOpaque: boolean;
}

/** One chunk of a streamed answer, as far as recovery looks into it. Spans leave out nothing. */
export interface Chunk {
  readonly id: Span | undefined;
  readonly created: Span | undefined;
  readonly error: Span | undefined;
  /** Where it says how many tokens the answer took. */
  readonly usage: Member | undefined;
  /** Where the list of choices stands. */
  readonly choicesSpan: Span | undefined;
  readonly choices: readonly ChunkChoice[];
}

const COMMA = 0x2c;
const SPACE = 0x20;
const OPEN_BRACE = 0x7b;
const NOTHING = Buffer.alloc(0);

/** @returns the edit that takes a member out of its object, with the comma that goes with it */
export function removal(bytes: Uint8Array, { from, end }: Member): Edit {
  const isFirst = bytes[from - 1] === OPEN_BRACE;
  return { start: from, end: isFirst ? commaEnd(bytes, end) : end, replacement: NOTHING };
}

/** @returns the position behind the comma that follows; `position` where none does */
function commaEnd(bytes: Uint8Array, position: number): number {
  let next = position;
  while ((bytes[next] ?? COMMA) <= SPACE) {
    next += 1;
  }
  return bytes[next] === COMMA ? next + 1 : position;
}
