import type { OutgoingHttpHeaders } from 'node:http';
import { NoHealthyProviderError, ProxyError } from '../errors/index.js';
import type { WholeReply } from '../http/index.js';
import type { AttemptResult } from './attempt/attempt-contract.js';

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

/** @returns of two failures of one request the one that helps its client more */
export function moreTelling(
  earlier: AttemptResult | undefined,
  later: AttemptResult,
): AttemptResult {
  // That a request does not fit its model stays true whatever became of the models that stand in.
  return earlier?.outcome === 'context_exceeded' ? earlier : later;
}

/**
 * Makes the last word of a request that nobody answered: a provider's refusal as it is, or an error.
 * What was retried here, the client should not retry (the OpenAI SDKs go by `x-should-retry`, see
 * https://github.com/openai/openai-node/blob/master/src/client.ts); and a 429 or 503 says when to come
 * back (RFC 9110 section 10.2.3).
 *
 * @param result - the failure to report; undefined when nobody could be asked
 */
export function failureFor(
  result: AttemptResult | undefined,
  { attempts, wait }: FailureFacts,
): WholeReply | ProxyError {
  const failure = result?.failure ?? new NoHealthyProviderError();
  const more: Record<string, string> = {};
  if (attempts > 1) {
    more['x-should-retry'] = 'false';
  }
  if (COME_BACK.has(failure.status) && failure.headers['retry-after'] === undefined) {
    const pause = result?.requestedWait ?? wait ?? USUAL_WAIT;
    more['retry-after'] = String(Math.max(1, Math.ceil(pause / 1000)));
  }
  if (failure instanceof ProxyError) {
    failure.addHeaders(more);
    return failure;
  }
  return { ...failure, headers: { ...failure.headers, ...more } satisfies OutgoingHttpHeaders };
}
