import { type AttemptOutcome, OUTCOMES, type Remedy } from '../../providers/index.js';

/** Refusals that find fault with the request, and not with what it says. */
const OF_THE_REQUEST: ReadonlySet<AttemptOutcome> = new Set(['rejected', 'context_exceeded']);

export function refusesRequest(outcome: AttemptOutcome): boolean {
  return OF_THE_REQUEST.has(outcome);
}

/**
 * @param outcome - what a provider's error in the middle of its stream says
 * @returns what may still finish the stream; undefined: it is as final as in place of an answer
 */
export function firstRemedy(outcome: AttemptOutcome): Remedy | undefined {
  const { remedy } = OUTCOMES[outcome];
  return remedy === 'none' || remedy === 'larger_model' ? undefined : remedy;
}

/**
 * @param outcome - how an attempt to have the stream finished failed, with nothing to show
 * @returns what may still finish it. One provider has taken the request: that another does not is
 *   its own affair.
 */
export function secondRemedy(outcome: AttemptOutcome): Remedy {
  return refusesRequest(outcome) ? 'elsewhere' : OUTCOMES[outcome].remedy;
}
