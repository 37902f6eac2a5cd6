import type { OutgoingHttpHeaders } from 'node:http';
import { NoHealthyProviderError, ProxyError, UpstreamTimeoutError } from '../errors/index.js';
import type { WholeReply } from '../http/index.js';
import type { AttemptOutcome } from '../providers/index.js';
import type { AttemptResult } from './attempt/attempt-contract.js';
import type { AttemptTarget } from './live-attempt.js';

/** What else is known when a request is given up. */
export interface FailureFacts {
  /** How many attempts there were. */
  readonly attempts: number;
  /** After how many ms a new request may fare better, if that is known. */
  readonly wait: number | undefined;
}

/** Statuses that tell a client to come back later, and so have to say when. */
const COME_BACK: ReadonlySet<number> = new Set([429, 503]);
/** When to come back where nobody knows, ms. */
const USUAL_WAIT = 1000;

/** A failed attempt: how, and whose. */
interface Failure {
  readonly result: AttemptResult;
  readonly target: AttemptTarget;
}

/** Of several failures the client is told the highest, and the last one of those. */
const TELLING: Readonly<Partial<Record<AttemptOutcome, number>>> = {
  // Its own doing: nothing else needs to be known.
  rejected: 6,
  content_refused: 6,
  // It may be answered if it comes back, and knows when.
  rate_limited: 3,
  broken: 2,
  timeout: 2,
  // Nothing that the client could act on.
  credentials_refused: 1,
  forbidden: 1,
};

/** What becomes of a request that nobody answers: the failure to tell its client of. */
export class FinalFailure {
  #failure: Failure | undefined;

  /** @param model - the one the client asked for */
  constructor(private readonly model: string) {}

  /** Who has the word; undefined when nobody could be asked. */
  get target(): AttemptTarget | undefined {
    return this.#failure?.target;
  }

  /** Another attempt has failed. */
  add(failure: Failure): void {
    const known = this.#failure;
    if (known === undefined || telling(known, this.model) <= telling(failure, this.model)) {
      this.#failure = failure;
    }
  }

  /**
   * Makes the last word: a provider's refusal as it is, or an error. What was retried here, the
   * client should not retry (the OpenAI SDKs go by `x-should-retry`, see
   * https://github.com/openai/openai-node/blob/master/src/client.ts); and a 429 or 503 says when to
   * come back (RFC 9110 section 10.2.3), in our words: what a provider says may make no sense, or
   * speak of itself alone.
   */
  lastWord({ attempts, wait }: FailureFacts): WholeReply | ProxyError {
    const result = this.#failure?.result;
    const failure = result?.failure ?? new NoHealthyProviderError();
    const more: Record<string, string> = {};
    if (attempts > 1) {
      more['x-should-retry'] = 'false';
    }
    if (COME_BACK.has(failure.status)) {
      const pause = wait ?? result?.requestedWait ?? USUAL_WAIT;
      more['retry-after'] = String(Math.max(1, Math.ceil(pause / 1000)));
      if (failure.headers['retry-after-ms'] !== undefined) {
        // OpenAI's SDKs heed this one first.
        more['retry-after-ms'] = String(Math.ceil(pause));
      }
    }
    if (failure instanceof ProxyError) {
      failure.addHeaders(more);
      return failure;
    }
    return { ...failure, headers: { ...failure.headers, ...more } satisfies OutgoingHttpHeaders };
  }
}

function telling({ result, target }: Failure, requestedModel: string): number {
  if (result.outcome === 'context_exceeded') {
    // It stays true of the client's model whatever became of others, and of others it is no news.
    return target.model === requestedModel ? 5 : 0;
  }
  if (result.failure instanceof UpstreamTimeoutError && result.failure.phase === 'total') {
    // Nobody is asked after that, so this is why the request ends.
    return 4;
  }
  return TELLING[result.outcome] ?? 0;
}
