import { notShorter } from './not-shorter.js';
import { section } from './section.js';
import { duration } from './settings/duration.js';
import { decimalNumber, wholeNumber } from './settings/number.js';

/** What is done when a provider fails before the client has anything of its answer. */
export const retrySchema = section({
  attempts: wholeNumber({ minimum: 1, maximum: 100 })
    .describe(
      'How often one model is tried for one request, over all its providers; 1: no retries.',
    )
    .prefault(3),
  max_wait: duration({ zero: true })
    .describe(
      "How long a request may wait in all, over all models, for a rate limit to end, for a 503's retry-after, or for an open breaker, when nobody else can answer; a wait that would be longer is not begun.",
    )
    .prefault('10s'),
  backoff: duration({ zero: true })
    .describe(
      'The longest pause before the same provider is asked again for the first time; it doubles with each further time, and the actual pause is random, from 0 up to it.',
    )
    .prefault('500ms'),
  max_backoff: duration({ zero: true })
    .describe('Where the doubling of backoff ends.')
    .prefault('8s'),
  budget: decimalNumber({ minimum: 0, maximum: 1 })
    .describe(
      'How many retries there may be for each recent request, on the whole; 0.2: one in five.',
    )
    .prefault(0.2),
  budget_floor: decimalNumber({ minimum: 0, maximum: 1_000_000 })
    .describe('Retries a second that there may be whatever the budget says.')
    .prefault(10),
})
  .superRefine(notShorter({ limit: 'max_backoff', limited: 'backoff' }))
  .transform(({ attempts, backoff, budget, ...rest }) => ({
    attempts,
    maxWait: rest.max_wait,
    backoff,
    maxBackoff: rest.max_backoff,
    budget,
    budgetFloor: rest.budget_floor,
  }));
