import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Counter, Histogram } from 'prom-client';
import type { AttemptObserver, AttemptReport } from '../completions/index.js';
import type { AttemptOutcome } from '../providers/index.js';
import { LateObservations } from './late-observations.js';
import { METRIC } from './metric-definitions.js';

/** What the outcome makes of a hedge that did not answer; any other: it failed. */
const HEDGE_RESULTS: Partial<Record<AttemptOutcome, string>> = {
  superseded: 'lost',
  client_closed: 'abandoned',
  shutdown: 'abandoned',
};

/** Turns the end of every attempt at a provider into observations. */
@Injectable()
export class AttemptMetrics implements AttemptObserver {
  readonly #latencies;
  readonly #attempts;
  readonly #interruptions;
  readonly #malformedEvents;
  readonly #retries;
  readonly #fallbacks;
  readonly #hedges;
  readonly #cooldowns;

  constructor(
    @InjectMetric(METRIC.providerLatency) latencies: Histogram,
    @InjectMetric(METRIC.upstreamAttempts) attempts: Counter,
    @InjectMetric(METRIC.streamInterruptions) interruptions: Counter,
    @InjectMetric(METRIC.malformedEvents) malformedEvents: Counter,
    @InjectMetric(METRIC.retries) retries: Counter,
    @InjectMetric(METRIC.fallbacks) fallbacks: Counter,
    @InjectMetric(METRIC.hedges) hedges: Counter,
    @InjectMetric(METRIC.cooldowns) cooldowns: Counter,
    late: LateObservations,
  ) {
    this.#latencies = late.histogram(latencies, ['provider']);
    this.#attempts = late.counter(attempts, ['provider', 'outcome']);
    this.#interruptions = late.counter(interruptions, ['provider', 'cause']);
    this.#malformedEvents = late.counter(malformedEvents, ['provider']);
    this.#retries = late.counter(retries, ['provider']);
    this.#fallbacks = late.counter(fallbacks, ['from', 'to']);
    this.#hedges = late.counter(hedges, ['provider', 'result']);
    this.#cooldowns = late.counter(cooldowns, ['provider']);
  }

  attemptEnded(report: AttemptReport): void {
    const { provider, outcome, latency, malformedEvents, interruption } = report;
    this.#attempts.of(provider, outcome).inc();
    if (latency !== undefined) {
      this.#latencies.of(provider).observe(latency / 1000);
    }
    if (interruption !== undefined) {
      this.#interruptions.of(provider, interruption).inc();
    }
    if (malformedEvents > 0) {
      this.#malformedEvents.of(provider).inc(malformedEvents);
    }
    if (outcome === 'rate_limited') {
      this.#cooldowns.of(provider).inc();
    }
    this.#countReason(report);
  }

  #countReason(report: AttemptReport): void {
    const { provider, requestedModel, model } = report;
    switch (report.reason) {
      case 'retry':
        this.#retries.of(provider).inc();
        break;
      case 'fallback':
        // Both are spelt out by the configuration: their number is bounded.
        this.#fallbacks.of(requestedModel, model).inc();
        break;
      case 'hedge':
        this.#hedges.of(provider, hedgeResult(report)).inc();
        break;
      case 'first':
      case 'recovery':
        break;
    }
  }
}

/** @returns what became of a hedge: once it has answered it has won, however its answer ends */
function hedgeResult({ outcome, latency }: AttemptReport): string {
  return latency === undefined ? (HEDGE_RESULTS[outcome] ?? 'failed') : 'won';
}
