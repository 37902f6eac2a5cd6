const NUMBER = /^\d+(?:\.\d+)?$/;

/** A duration as Go writes it: `1s`, `6m0s`, `120ms`, `1h2m3.5s`. */
const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|[smhd]))+$/;
const DURATION_PART = /(?<amount>[\d.]+)(?<unit>[a-zµμ]+)/g;
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  // The micro sign, and the Greek letter.
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** RFC 3339 section 5.6. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** Nobody asks for a wait of thirty years: from here on a number is a moment, in seconds … */
const FIRST_EPOCH_SECOND = 1e9;
/** … or in milliseconds, both of September 2001. */
const FIRST_EPOCH_MILLISECOND = 1e12;

/** @returns ms; undefined when it is no number, or below 0 */
export function parseMilliseconds(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** @returns the number of ms; undefined when it is no number of seconds, or below 0 */
export function parseSeconds(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) * 1000 : undefined;
}

/**
 * Reads a moment in any of the forms in which providers write when a limit is reset: a duration as
 * Go writes it, seconds from now, seconds or ms since 1970, or a timestamp (RFC 3339).
 *
 * @param now - ms since 1970
 * @returns ms from now, below 0 when it has passed; undefined when it is nothing of these
 */
export function millisecondsUntil(text: string, now: number): number | undefined {
  const number = parseMilliseconds(text);
  if (number !== undefined) {
    return untilNumber(number, now);
  }
  if (DURATION.test(text)) {
    return parseDuration(text);
  }
  const moment = TIMESTAMP.test(text) ? Date.parse(text.toUpperCase()) : NaN;
  return Number.isNaN(moment) ? undefined : moment - now;
}

function untilNumber(number: number, now: number): number {
  if (number < FIRST_EPOCH_SECOND) {
    return number * 1000;
  }
  return (number < FIRST_EPOCH_MILLISECOND ? number * 1000 : number) - now;
}

function parseDuration(text: string): number {
  let total = 0;
  for (const { groups } of text.matchAll(DURATION_PART)) {
    total += Number(groups?.['amount']) * (UNITS[groups?.['unit'] ?? ''] ?? NaN);
  }
  return total;
}
