import { type ProxyError, UpstreamAuthError, UpstreamRefusalError } from '../../errors/index.js';
import { outcomeOf, type Refusal } from '../../providers/index.js';

/** Refusals of our account that tell the client nothing false: no money, no more requests. */
const ACCOUNT_STATUSES: ReadonlySet<number> = new Set([402, 429]);

/**
 * @returns whether it is our key that the provider refuses. That is the operator's fault and not
 * the client's, who must see neither a 401 of somebody else's nor the words of it.
 */
export function refusesOurKey(refusal: Refusal): boolean {
  return outcomeOf(refusal) === 'credentials_refused' && !ACCOUNT_STATUSES.has(refusal.status);
}

/**
 * Makes an error of a refusal whose bytes cannot go out as they are: it came under a good status,
 * or after the stream had begun.
 */
export function upstreamErrorOf(refusal: Refusal): ProxyError {
  const { status, message = 'The provider refused the request.', ...words } = refusal;
  return refusesOurKey(refusal)
    ? new UpstreamAuthError()
    : new UpstreamRefusalError(status, { message, ...words });
}
