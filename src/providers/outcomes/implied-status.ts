import { outcomeOfWords } from './classify.js';
import type { RefusalWords } from './refusal.js';

/** What an error's code and type say of the status it should have had, first match first. */
const STATUS_WORDS: readonly (readonly [pattern: RegExp, status: number])[] = [
  [/rate_?limit|too_many|quota/i, 429],
  [/auth|permission|api_key/i, 401],
  [/overloaded|unavailable/i, 503],
  [/timeout/i, 504],
  [/not_found/i, 404],
  [/invalid_request|bad_?request/i, 400],
];

/** @returns the status that an error without one would have had as a real refusal */
export function impliedStatus(words: RefusalWords): number {
  const spoken = `${words.code ?? ''} ${words.type ?? ''}`;
  const status = STATUS_WORDS.find(([pattern]) => pattern.test(spoken))?.[1];
  // What has a meaning of its own is as a rule a 400.
  return status ?? (outcomeOfWords({ status: 400, ...words }) === undefined ? 502 : 400);
}
