import type { AttemptOutcome } from './attempt-outcome.js';

const BROKEN_STATUSES: ReadonlySet<number> = new Set([408, 409]);
const CREDENTIALS_STATUSES: ReadonlySet<number> = new Set([401, 402, 403]);

/** @returns what an HTTP status says of an attempt */
export function outcomeOfStatus(status: number): AttemptOutcome {
  if (status >= 200 && status < 300) {
    return 'success';
  }
  if (status === 429) {
    return 'rate_limited';
  }
  if (CREDENTIALS_STATUSES.has(status)) {
    return 'credentials_refused';
  }
  return status >= 400 && status < 500 && !BROKEN_STATUSES.has(status) ? 'rejected' : 'broken';
}
