/**
 * How one attempt at one provider ended. Retries, breakers, health and metrics all go by this one
 * classification.
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
  /** The request is longer than the model can take. */
  | 'context_exceeded'
  /** The provider refuses to answer what the request is about. */
  | 'content_refused'
  /** Any other 4xx: the request's own fault. */
  | 'rejected'
  /** The client left before the provider was done. */
  | 'client_closed'
  /** The answer broke off after it had begun. */
  | 'interrupted'
  /** A hedge that lost: another attempt answered first. */
  | 'superseded';

/** What follows from an outcome. */
export interface OutcomeTraits {
  /** What it says of the provider. */
  readonly health: 'good' | 'bad' | 'unknown';
  /** What may help the request. */
  readonly remedy: 'none' | 'wait' | 'back_off' | 'elsewhere' | 'larger_model';
}

export const OUTCOMES: Readonly<Record<AttemptOutcome, OutcomeTraits>> = {
  success: { health: 'good', remedy: 'none' },
  rate_limited: { health: 'unknown', remedy: 'wait' },
  broken: { health: 'bad', remedy: 'back_off' },
  timeout: { health: 'bad', remedy: 'elsewhere' },
  credentials_refused: { health: 'bad', remedy: 'elsewhere' },
  context_exceeded: { health: 'unknown', remedy: 'larger_model' },
  content_refused: { health: 'unknown', remedy: 'none' },
  rejected: { health: 'unknown', remedy: 'none' },
  client_closed: { health: 'unknown', remedy: 'none' },
  interrupted: { health: 'bad', remedy: 'none' },
  superseded: { health: 'unknown', remedy: 'none' },
};
