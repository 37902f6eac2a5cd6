import { notShorter } from './not-shorter.js';
import { section } from './section.js';
import { duration } from './settings/duration.js';
import { decimalNumber, wholeNumber } from './settings/number.js';

const count = wholeNumber({ minimum: 1, maximum: 1_000_000 });

/** When a provider that fails is left alone, and for how long. */
export const breakerSchema = section({
  failure_ratio: decimalNumber({ minimum: 0.01, maximum: 1 })
    .describe('A provider is left alone once this part of its recent answers are failures.')
    .prefault(0.5),
  min_samples: count
    .describe('How many recent answers it takes for failure_ratio to mean anything.')
    .prefault(10),
  consecutive_failures: count
    .describe('A provider is also left alone after this many failures in a row.')
    .prefault(5),
  window: duration({ zero: false }).describe('How long an answer is recent.').prefault('30s'),
  open: duration({ zero: false })
    .describe(
      'How long it is left alone at first; doubles each time that it fails its probes, or again soon after.',
    )
    .prefault('5s'),
  max_open: duration({ zero: false })
    .describe('Where the doubling of open ends: so often at least it gets a probe.')
    .prefault('30s'),
  probes: wholeNumber({ minimum: 1, maximum: 1000 })
    .describe('How many requests try it afterwards; it is used again when all of them succeed.')
    .prefault(1),
})
  .superRefine(notShorter({ limit: 'max_open', limited: 'open' }))
  .transform(({ window, open, probes, ...rest }) => ({
    failureRatio: rest.failure_ratio,
    minSamples: rest.min_samples,
    consecutiveFailures: rest.consecutive_failures,
    window,
    openFor: open,
    maxOpen: rest.max_open,
    probes,
  }));
