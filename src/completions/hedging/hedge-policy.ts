import type { HedgeConfig } from '../../config/index.js';
import { HedgeBudget } from './hedge-budget.js';
import { LatencyQuantile } from './latency-quantile.js';

/** Models that are measured at most: names that only wildcards match are without number. */
const MOST_MODELS = 1000;
const SLOW_FRACTION = 0.95;

/**
 * Says when a second provider is asked because the first is slow (J. Dean and L. A. Barroso, "The Tail
 * at Scale", CACM 56(2), 2013: hedged requests, deferred until the 95th percentile, cost a few percent
 * of load and take the tail away).
 */
export class HedgePolicy {
  readonly #latencies = new Map<string, LatencyQuantile>();
  readonly #budget: HedgeBudget;

  constructor(private readonly config: HedgeConfig) {
    this.#budget = new HedgeBudget(config.maxRatio);
  }

  /** A client's request has come, which may be hedged. */
  recordRequest(): void {
    this.#budget.recordRequest();
  }

  /** @returns after how long without content a second provider is asked, ms; undefined: never */
  delayFor(model: string): number | undefined {
    const { after } = this.config;
    return after === 'p95' ? this.#latencies.get(model)?.value : after;
  }

  /** A provider answered: its first content took `duration` ms. */
  observe(model: string, duration: number): void {
    if (this.config.after !== 'p95') {
      return;
    }
    let latency = this.#latencies.get(model);
    if (latency === undefined) {
      if (this.#latencies.size >= MOST_MODELS) {
        return;
      }
      latency = new LatencyQuantile(SLOW_FRACTION);
      this.#latencies.set(model, latency);
    }
    latency.observe(duration);
  }

  /** Whether one more request may be hedged now. */
  get hasLeft(): boolean {
    return this.#budget.hasLeft;
  }

  /** A request is hedged, for which `hasLeft` has allowed. */
  take(): void {
    this.#budget.take();
  }
}
