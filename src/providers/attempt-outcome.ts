/**
 * How one attempt at one provider ended. Health and metrics (and, later, retries and breakers) all
 * go by this one classification.
 */
export type AttemptOutcome =
  /** An answer came, whole. */
  | 'success'
  /** 429. */
  | 'rate_limited'
  /** 408, 409, 5xx, refused or lost connections, broken protocol, an answer that is none. */
  | 'broken'
  /** A deadline passed. */
  | 'timeout'
  /** 401, 402 or 403: the provider does not take our key. */
  | 'credentials_refused'
  /** Any other 4xx: the request's own fault. */
  | 'rejected'
  /** The client left before the provider was done. */
  | 'client_closed'
  /** The proxy had to end it, to shut down. */
  | 'shutdown'
  /** The answer broke off after it had begun. */
  | 'interrupted';

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

const VERDICTS: Readonly<Record<AttemptOutcome, boolean | undefined>> = {
  success: true,
  // It answers: that it refuses this request, or the pace of requests, does not make it ill.
  rate_limited: undefined,
  rejected: undefined,
  client_closed: undefined,
  shutdown: undefined,
  broken: false,
  timeout: false,
  credentials_refused: false,
  interrupted: false,
};

/** @returns whether the outcome shows the provider healthy, ill, or neither (undefined) */
export function healthVerdict(outcome: AttemptOutcome): boolean | undefined {
  return VERDICTS[outcome];
}
