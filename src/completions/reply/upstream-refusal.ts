import { type ProxyError, UpstreamAuthError, UpstreamRefusalError } from '../../errors/index.js';
import { type AttemptOutcome, type Refusal, outcomeOf } from '../../providers/index.js';
import { withoutSecrets } from './redaction.js';

const OF_OUR_KEY: ReadonlySet<AttemptOutcome> = new Set(['credentials_refused', 'forbidden']);
/** Refusals of our account that tell the client nothing false: no money, no more requests. */
const ACCOUNT_STATUSES: ReadonlySet<number> = new Set([402, 429]);

/**
 * @returns whether it is our key that the provider refuses. That is the operator's fault and not
 * the client's, who must see neither a 401 of somebody else's nor the words of it.
 */
export function refusesOurKey(refusal: Refusal): boolean {
  return OF_OUR_KEY.has(outcomeOf(refusal)) && !ACCOUNT_STATUSES.has(refusal.status);
}

/**
 * Makes an error of a refusal whose bytes cannot go out as they are: it came under a good status,
 * or after the stream had begun.
 *
 * @param secrets - words that a provider may repeat from our request, and nobody may see
 */
export function upstreamErrorOf(refusal: Refusal, secrets: readonly string[]): ProxyError {
  if (refusesOurKey(refusal)) {
    return new UpstreamAuthError();
  }
  const { status, message = 'The provider refused the request.', type, param, code } = refusal;
  const clean = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : withoutSecrets(text, secrets);
  return new UpstreamRefusalError(status, {
    message: withoutSecrets(message, secrets),
    type: clean(type),
    param: clean(param),
    code: clean(code),
  });
}
