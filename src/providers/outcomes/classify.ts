import type { AttemptOutcome } from './attempt-outcome.js';
import type { Refusal } from './refusal.js';
import { type Row, type SaidOutcome, SENTENCES, WORDS } from './refusal-words.js';

const BROKEN_STATUSES: ReadonlySet<number> = new Set([408, 409]);
const CREDENTIALS_STATUSES: ReadonlySet<number> = new Set([401, 402]);

/** Content first: who is refused for it must never be passed on for another reason. */
const ANYTHING: readonly SaidOutcome[] = [
  'content_refused',
  'context_exceeded',
  'credentials_refused',
];

/** Under which status words are listened to, and what they may say there. */
const HEARD: ReadonlyMap<number, readonly SaidOutcome[]> = new Map<number, readonly SaidOutcome[]>([
  [400, ANYTHING],
  [413, ANYTHING],
  [422, ANYTHING],
  // Content is refused so by xAI and OpenRouter, and an unknown key by Google.
  [403, ['content_refused', 'credentials_refused']],
  // The money is spent: it looks like haste, but no waiting helps.
  [429, ['credentials_refused']],
]);

/**
 * Codes and types that add nothing to the status, or that are numbers or sentences themselves. Only
 * beside such is the message listened to: it may quote the prompt, so it never speaks against a
 * word that has a meaning of its own.
 */
const SAYS_NOTHING =
  /^(?:none|null|error|\d*|(?:invalid|bad)_?request(?:_?error|_\w+)?|[\w.]*invalid_?(?:argument|parameter|prompt)(?:_error)?|validation_?(?:error|exception)|(?:api|provider|unknown)_error|permission[-_]denied)$|\s/i;

/** As much of a message as is looked at, characters. */
const MESSAGE_LIMIT = 400;

/** How many words with a colon may stand before a sentence, as in «Error: Invalid request: …». */
const MOST_LEADS = 3;

/** @returns what a provider's answer, of whatever status, says of the attempt */
export function outcomeOf(refusal: Refusal): AttemptOutcome {
  return outcomeOfWords(refusal) ?? outcomeOfStatus(refusal.status);
}

/** @returns what the words say that the status does not; undefined: nothing */
export function outcomeOfWords(refusal: Refusal): SaidOutcome | undefined {
  const heard = HEARD.get(refusal.status) ?? [];
  const words = [refusal.code, refusal.type].filter((word) => word !== undefined);
  const said = firstSaid(heard, WORDS, words, refusal);
  return said === undefined && words.every((word) => SAYS_NOTHING.test(word))
    ? firstSaid(heard, SENTENCES, sentencesIn(refusal.message ?? ''), refusal)
    : said;
}

function outcomeOfStatus(status: number): AttemptOutcome {
  if (status >= 200 && status < 300) {
    return 'success';
  }
  if (status === 429) {
    return 'rate_limited';
  }
  if (CREDENTIALS_STATUSES.has(status)) {
    return 'credentials_refused';
  }
  if (status === 403) {
    return 'forbidden';
  }
  return status >= 400 && status < 500 && !BROKEN_STATUSES.has(status) ? 'rejected' : 'broken';
}

function firstSaid(
  heard: readonly SaidOutcome[],
  table: Readonly<Record<SaidOutcome, readonly Row[]>>,
  texts: readonly string[],
  refusal: Refusal,
): SaidOutcome | undefined {
  return heard.find((outcome) =>
    table[outcome].some(
      ([, pattern, condition]) =>
        texts.some((text) => pattern.test(text)) && (condition?.(refusal) ?? true),
    ),
  );
}

/**
 * @returns the message, and what follows on each of its first colons: «Invalid request: your
 * request exceeded …» says what «Your request exceeded …» says. What stands behind a quotation mark
 * or in JSON is somebody else's words, and no beginning.
 */
function sentencesIn(message: string): readonly string[] {
  const head = message.slice(0, MESSAGE_LIMIT);
  const [unquoted] = head.split(/["'`{]/, 1);
  const leads = [...(unquoted ?? '').matchAll(/:/g)].slice(0, MOST_LEADS);
  return [head, ...leads.map(({ index }) => head.slice(index + 1))].map((text) => text.trimStart());
}
