import { section } from './section.js';
import { hedgeDelay } from './settings/hedge-delay.js';
import { decimalNumber } from './settings/number.js';

/** When a second provider is asked beside a slow first one. */
export const hedgeSchema = section({
  after: hedgeDelay()
    .describe(
      'How long the first content may take before a second provider is asked too: a duration, or p95, slower than 95 of 100 answers of that model, streams and whole answers apart. Without hedge none is asked.',
    )
    .prefault('p95'),
  max_ratio: decimalNumber({ minimum: 0, maximum: 1 })
    .describe('Of how many requests, at most, a second provider is asked; 0.05: one in twenty.')
    .prefault(0.05),
}).transform(({ after, max_ratio }) => ({ after, maxRatio: max_ratio }));
