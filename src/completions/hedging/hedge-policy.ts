import type { HedgeConfig } from '../../config/index.js';
import { HedgeBudget } from './hedge-budget.js';
import { LatencyQuantile } from './latency-quantile.js';

/** Models that are measured at most, for streams and for whole answers: wildcards match any number. */
const MOST_MODELS = 1000;
const SLOW_FRACTION = 0.95;

/**
 * Answers that are measured together. A whole answer takes as long as all of it takes to be made, a
 * stream only until its first content.
 */
export interface AnswerKind {
  readonly model: string;
  /** Whether it is to be a stream. */
  readonly streamed: boolean;
}

/**
 * Says when a second provider is asked because the first is slow (J. Dean and L. A. Barroso, "The Tail
 * at Scale", CACM 56(2), 2013: hedged requests, deferred until the 95th percentile, cost a few percent
 * of load and take the tail away).
 */
export class HedgePolicy {
  /** By model. */
  readonly #ofStreams = new Map<string, LatencyQuantile>();
  readonly #ofWholeAnswers = new Map<string, LatencyQuantile>();
  readonly #budget: HedgeBudget;

  constructor(private readonly config: HedgeConfig) {
    this.#budget = new HedgeBudget(config.maxRatio);
  }

  /** A client's request has come, which may be hedged. */
  recordRequest(): void {
    this.#budget.recordRequest();
  }

  /** @returns after how long without an answer a second provider is asked, ms; undefined: never */
  delayFor(kind: AnswerKind): number | undefined {
    const { after } = this.config;
    return after === 'p95' ? this.#latenciesOf(kind).get(kind.model)?.value : after;
  }

  /** A provider answered: its first content, or the whole of its answer, took `duration` ms. */
  observe(kind: AnswerKind, duration: number): void {
    if (this.config.after !== 'p95') {
      return;
    }
    const latencies = this.#latenciesOf(kind);
    let latency = latencies.get(kind.model);
    if (latency === undefined) {
      if (latencies.size >= MOST_MODELS) {
        return;
      }
      latency = new LatencyQuantile(SLOW_FRACTION);
      latencies.set(kind.model, latency);
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

  #latenciesOf({ streamed }: AnswerKind): Map<string, LatencyQuantile> {
    return streamed ? this.#ofStreams : this.#ofWholeAnswers;
  }
}
