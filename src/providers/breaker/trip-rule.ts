import type { BreakerSettings } from './breaker-settings.js';
import type { OutcomeCounts } from './outcome-window.js';

/** Says when a breaker opens; asked after each failure. It knows nothing of states. */
export interface TripRule {
  shouldTrip(counts: OutcomeCounts): boolean;
}

/** Trips when too large a part of the outcomes are failures. */
export class FailureRatio implements TripRule {
  /**
   * @param ratio - above 0, at most 1
   * @param minSamples - with fewer outcomes in the window it does not judge
   */
  constructor(
    private readonly ratio: number,
    private readonly minSamples: number,
  ) {}

  shouldTrip({ successes, failures }: OutcomeCounts): boolean {
    const samples = successes + failures;
    return samples >= this.minSamples && failures >= this.ratio * samples;
  }
}

/** Trips after a number of failures in a row. */
export class ConsecutiveFailures implements TripRule {
  /** @param limit - at least 1 */
  constructor(private readonly limit: number) {}

  shouldTrip({ consecutiveFailures }: OutcomeCounts): boolean {
    return consecutiveFailures >= this.limit;
  }
}

/** Trips as soon as one of several rules does. */
export class AnyOf implements TripRule {
  constructor(private readonly rules: readonly TripRule[]) {}

  shouldTrip(counts: OutcomeCounts): boolean {
    return this.rules.some((rule) => rule.shouldTrip(counts));
  }
}

/**
 * A row of failures is seen at once, at any pace; the ratio also sees a provider that answers every
 * other time.
 */
export function tripRuleOf(settings: BreakerSettings): TripRule {
  return new AnyOf([
    new ConsecutiveFailures(settings.consecutiveFailures),
    new FailureRatio(settings.failureRatio, settings.minSamples),
  ]);
}
