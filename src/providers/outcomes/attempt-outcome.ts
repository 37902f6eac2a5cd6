/** How one attempt at one provider ended. */
export type AttemptOutcome =
  /** An answer came, whole. */
  | 'success'
  /** 429: too many requests, or too many tokens, in too short a time. */
  | 'rate_limited'
  /** 408, 409, 5xx, refused or lost connections, broken protocol, an answer that is none. */
  | 'broken'
  /** A deadline passed. */
  | 'timeout'
  /** The provider does not take our key, or the money behind it is spent. */
  | 'credentials_refused'
  /** 403: the provider knows our key, which is not good for this, or for this model. */
  | 'forbidden'
  /** The request does not fit into what the model can read. */
  | 'context_exceeded'
  /** The provider's rules of conduct forbid the prompt or its answer. */
  | 'content_refused'
  /** Any other 4xx: the request's own fault. */
  | 'rejected'
  /** The client left before the provider was done. */
  | 'client_closed'
  /** The proxy had to end it, to shut down. */
  | 'shutdown'
  /** The answer broke off after it had begun. */
  | 'interrupted'
  /** Another attempt for the same request answered first, and this one was cancelled. */
  | 'superseded';

/** What may still get a request answered, see {@link OutcomeTraits}. */
export type Remedy = OutcomeTraits['remedy'];

/** What everybody who has to act on an outcome asks about it. */
export interface OutcomeTraits {
  /** What it says of the provider; `unknown` counts neither for nor against it. */
  readonly health: 'good' | 'bad' | 'unknown';
  /**
   * What may still get the request answered, as long as nothing has reached the client:
   * - `none`: nothing; the client gets what the provider said
   * - `wait`: the same provider later, at the time it asked for; another one at once
   * - `back_off`: the same provider after a random pause; another one at once
   * - `elsewhere`: only another provider
   * - `larger_model`: only a model that can read more
   */
  readonly remedy: 'none' | 'wait' | 'back_off' | 'elsewhere' | 'larger_model';
}

/**
 * The one classification that retries, breakers, health, metrics and logs share: none of them may
 * have an opinion of its own on what a failure is.
 */
export const OUTCOMES: Readonly<Record<AttemptOutcome, OutcomeTraits>> = {
  success: { health: 'good', remedy: 'none' },
  // It answers: that it refuses this pace of requests does not make it ill.
  rate_limited: { health: 'unknown', remedy: 'wait' },
  // Most of these pass within seconds; a pause keeps us from making an overload worse.
  broken: { health: 'bad', remedy: 'back_off' },
  // It has already had all the time there is: asking it again would double the wait.
  timeout: { health: 'bad', remedy: 'elsewhere' },
  // No repetition makes a key valid, and every request there would fail the same way.
  credentials_refused: { health: 'bad', remedy: 'elsewhere' },
  // As above; but it may be this model alone that is not ours to use.
  forbidden: { health: 'bad', remedy: 'elsewhere' },
  // The same prompt is as long at every provider of this model.
  context_exceeded: { health: 'unknown', remedy: 'larger_model' },
  // To ask around until somebody answers would undermine the provider's rules, and ours.
  content_refused: { health: 'unknown', remedy: 'none' },
  // Everybody would reject it.
  rejected: { health: 'unknown', remedy: 'none' },
  // Nobody is left to answer, and what the provider would have done is not known.
  client_closed: { health: 'unknown', remedy: 'none' },
  // Our doing, and nobody can be asked any more.
  shutdown: { health: 'unknown', remedy: 'none' },
  // The client has part of the answer: a repetition would begin anew. Recovery is another matter.
  interrupted: { health: 'bad', remedy: 'none' },
  // The request is being answered; being slower than another is no failure.
  superseded: { health: 'unknown', remedy: 'none' },
};
