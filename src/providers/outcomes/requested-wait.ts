import type { IncomingHttpHeaders } from 'node:http';
import { parseHttpDate } from './http-date.js';
import { millisecondsUntil, parseMilliseconds, parseSeconds } from './wait-forms.js';

/**
 * The longest wait that is believed, ms. Providers ask for a day when a day's quota is spent, and
 * for a year by mistake; after an hour one request may find out which it was, for the price of one
 * more 429. Nobody can lock a provider out for longer by a header.
 */
export const MAX_WAIT = 60 * 60 * 1000;

/** `x-ratelimit-reset-tokens`, `ratelimit-reset`, `anthropic-ratelimit-requests-reset` and such. */
const RESET = /^(?:(?:x-)?ratelimit-reset(?:-.+)?|anthropic-ratelimit-.+-reset)$/;

/**
 * Reads from a refusal (429, 503) how long the provider wants to be left alone. The most explicit
 * header that makes sense decides; one that makes none is as good as missing:
 *
 * 1. `retry-after-ms`, which Azure and OpenAI send and OpenAI's SDKs honour first
 * 2. `retry-after`: seconds, or a date (RFC 9110 section 10.2.3), relative to the answer's own
 *    `date`, so that a clock that is wrong on one side does not matter
 * 3. the resets of the limits that are used up: OpenAI's `x-ratelimit-reset-*`
 *    (https://platform.openai.com/docs/guides/rate-limits, «Rate limits in headers»), Anthropic's
 *    `anthropic-ratelimit-*-reset` (https://docs.claude.com/en/api/rate-limits, «Response
 *    headers»). They tell when a limit is whole again, which is later than it need be; so they
 *    come last. A limit with something left is not the one that was hit.
 *
 * @param date - ms since 1970, for an answer that does not say when it was sent
 * @returns ms, at most MAX_WAIT; undefined when nothing was asked
 */
export function requestedWait(headers: IncomingHttpHeaders, date: number): number | undefined {
  const sentAt = first(headers.date, (text) => parseHttpDate(text, date)) ?? date;
  const wait =
    first(headers['retry-after-ms'], parseMilliseconds) ??
    first(headers['retry-after'], (text) => retryAfter(text, sentAt)) ??
    latestReset(headers, sentAt);
  return wait === undefined ? undefined : Math.min(Math.max(0, Math.ceil(wait)), MAX_WAIT);
}

function retryAfter(text: string, now: number): number | undefined {
  const date = parseHttpDate(text, now);
  return date === undefined ? parseSeconds(text) : date - now;
}

/** All that is used up has to come back; where no header says what is, all that is mentioned. */
function latestReset(headers: IncomingHttpHeaders, now: number): number | undefined {
  const usedUp: number[] = [];
  const unclear: number[] = [];
  for (const name of Object.keys(headers).filter((key) => RESET.test(key))) {
    const wait = first(headers[name], (text) => millisecondsUntil(text, now));
    if (wait !== undefined) {
      const remaining = headers[name.replace('-reset', '-remaining')];
      if (remaining === undefined) {
        unclear.push(wait);
      } else if (first(remaining, parseSeconds) === 0) {
        usedUp.push(wait);
      }
    }
  }
  const waits = usedUp.length > 0 ? usedUp : unclear;
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

/** A header may come more than once: the first of its values that makes sense. */
function first(
  value: string | readonly string[] | undefined,
  read: (text: string) => number | undefined,
): number | undefined {
  for (const text of [value ?? []].flat()) {
    const result = read(text.trim());
    if (result !== undefined) {
      return result;
    }
  }
  return undefined;
}
