import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { AttemptObserver, AttemptReport } from '../completions/index.js';
import { LiveConfig, type ProxyConfig } from '../config/index.js';
import { healthVerdict } from '../providers/index.js';
import { LabelledHandles } from './labelled-handles.js';
import { METRIC } from './metric-definitions.js';

/** Turns the end of every attempt at a provider into observations. */
@Injectable()
export class AttemptMetrics implements AttemptObserver {
  #providers: ReadonlySet<string> = new Set();
  readonly #health;
  readonly #latencies;
  readonly #attempts;
  readonly #interruptions;
  readonly #malformedEvents;

  constructor(
    live: LiveConfig,
    @InjectMetric(METRIC.providerHealth) health: Gauge,
    @InjectMetric(METRIC.providerLatency) latencies: Histogram,
    @InjectMetric(METRIC.upstreamAttempts) attempts: Counter,
    @InjectMetric(METRIC.streamInterruptions) interruptions: Counter,
    @InjectMetric(METRIC.malformedEvents) malformedEvents: Counter,
  ) {
    this.#health = new LabelledHandles(health, ['provider']);
    this.#latencies = new LabelledHandles(latencies, ['provider']);
    this.#attempts = new LabelledHandles(attempts, ['provider', 'outcome']);
    this.#interruptions = new LabelledHandles(interruptions, ['provider', 'cause']);
    this.#malformedEvents = new LabelledHandles(malformedEvents, ['provider']);
    this.#follow(live.current);
    live.onChange((current) => {
      this.#follow(current);
    });
  }

  attemptEnded(report: AttemptReport): void {
    const { provider, outcome, latency, malformedEvents, interruption } = report;
    const verdict = healthVerdict(outcome);
    this.#attempts.of(provider, outcome).inc();
    // One that was removed from the configuration may still have requests running.
    if (verdict !== undefined && this.#providers.has(provider)) {
      this.#health.of(provider).set(verdict ? 1 : 0);
    }
    if (latency !== undefined) {
      this.#latencies.of(provider).observe(latency / 1000);
    }
    if (interruption !== undefined) {
      this.#interruptions.of(provider, interruption).inc();
    }
    if (malformedEvents > 0) {
      this.#malformedEvents.of(provider).inc(malformedEvents);
    }
  }

  /** What counts stays when a provider goes; what says how it is goes with it. */
  #follow({ providers }: ProxyConfig): void {
    const names = new Set(providers.map(({ name }) => name));
    for (const gone of [...this.#providers].filter((name) => !names.has(name))) {
      this.#health.remove(gone);
    }
    // Nothing is known against a provider that has not been asked yet.
    for (const added of [...names].filter((name) => !this.#providers.has(name))) {
      this.#health.of(added).set(1);
    }
    this.#providers = names;
  }
}
