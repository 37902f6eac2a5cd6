import { jsonString } from '../wire/index.js';
import type { AttemptPlan } from './attempt/attempt-contract.js';
import type { IncomingCompletion } from './incoming-completion.js';
import type { AttemptTarget } from './live-attempt.js';
import { upstreamBody } from './upstream-body.js';

/**
 * Writes a request for one provider, and says what has to be changed in its answer.
 *
 * @param requestId - our id of the request, so that the provider's logs can be matched with ours
 */
export function upstreamCall(
  { endpoint, request, headers }: IncomingCompletion,
  { provider, model, upstreamModel, continuation }: AttemptTarget,
  requestId: string,
): Omit<AttemptPlan, 'requestStartedAt'> {
  const streamed = request.streamed && endpoint.streams;
  const asksUsage =
    streamed && provider.streamUsage && request.streamOptions?.includeUsage?.value !== true;
  return {
    call: {
      path: endpoint.upstreamPath,
      clientHeaders: headers,
      requestId,
      traceContext: undefined,
      body: upstreamBody(request, upstreamModel, asksUsage, continuation?.edits),
    },
    streamed,
    changes: {
      model: provider.models.passesAll ? undefined : jsonString(model),
      hidesUsage: asksUsage,
      choiceCount: request.choiceCount,
      notesModel: false,
    },
  };
}
