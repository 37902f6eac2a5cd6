import { Inject, Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { AttemptObserver, AttemptReport } from '../completions/index.js';
import { PROXY_CONFIG, type ProxyConfig } from '../config/index.js';
import { OUTCOMES } from '../providers/index.js';
import { LabelledHandles } from './labelled-handles.js';
import { METRIC } from './metric-definitions.js';

/** Turns the end of every attempt at a provider into observations. */
@Injectable()
export class AttemptMetrics implements AttemptObserver {
  readonly #health;
  readonly #latencies;
  readonly #attempts;
  readonly #interruptions;
  readonly #malformedEvents;

  constructor(
    @Inject(PROXY_CONFIG) config: ProxyConfig,
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
    // Nothing is known against a provider that has not been asked yet.
    for (const { name } of config.providers) {
      this.#health.of(name).set(1);
    }
  }

  attemptEnded(report: AttemptReport): void {
    const { provider, outcome, latency, malformedEvents, interruption } = report;
    const { health } = OUTCOMES[outcome];
    this.#attempts.of(provider, outcome).inc();
    if (health !== 'unknown') {
      this.#health.of(provider).set(health === 'good' ? 1 : 0);
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
}
