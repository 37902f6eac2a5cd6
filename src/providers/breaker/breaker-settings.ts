/** When a breaker opens, and for how long. */
export interface BreakerSettings {
  /** It opens when this part of the window's outcomes are failures; above 0, at most 1. */
  readonly failureRatio: number;
  /** Fewer outcomes than this in the window are no ground for a ratio. */
  readonly minSamples: number;
  /** It opens after as many failures in a row. */
  readonly consecutiveFailures: number;
  /** How long an outcome counts, ms. */
  readonly window: number;
  /** How long it is open at first, ms; each failed probe and each relapse doubles it. */
  readonly openFor: number;
  /** How long it is open at most, ms. */
  readonly maxOpen: number;
  /** How many requests are let through, and must succeed, before all is well again; at least 1. */
  readonly probes: number;
}
