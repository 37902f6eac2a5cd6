import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { RequestContext, RequestObserver } from '../http/index.js';
import { LateObservations } from './late-observations.js';
import { METRIC } from './metric-definitions.js';
import { ModelLabels } from './model-labels.js';

const NO_PROVIDER = 'none';

/** Counts every request once, when its response has closed: refusals and lost clients included. */
@Injectable()
export class RequestMetrics implements RequestObserver {
  readonly #requests;
  readonly #durations;
  readonly #active;
  readonly #disconnects;

  constructor(
    @InjectMetric(METRIC.requests) requests: Counter,
    @InjectMetric(METRIC.requestDuration) durations: Histogram,
    @InjectMetric(METRIC.activeRequests) active: Gauge,
    @InjectMetric(METRIC.clientDisconnects) disconnects: Counter,
    private readonly models: ModelLabels,
    late: LateObservations,
  ) {
    const labels = ['method', 'endpoint', 'model', 'provider'] as const;
    this.#requests = late.counter(requests, [...labels, 'status_code']);
    this.#durations = late.histogram(durations, labels);
    this.#active = late.gauge(active, ['endpoint']);
    this.#disconnects = late.counter(disconnects, ['endpoint', 'phase']);
  }

  requestStarted({ endpoint }: RequestContext): void {
    if (endpoint !== undefined) {
      this.#active.of(endpoint).inc();
    }
  }

  requestEnded(context: RequestContext): void {
    const { endpoint, method, duration, status, ending } = context;
    if (endpoint === undefined) {
      return;
    }
    const model = this.models.labelOf(context);
    const provider = context.provider ?? NO_PROVIDER;
    this.#active.of(endpoint).dec();
    this.#requests.of(method, endpoint, model, provider, String(status)).inc();
    this.#durations.of(method, endpoint, model, provider).observe(duration / 1000);
    if (ending === 'client_closed') {
      this.#disconnects.of(endpoint, context.phase).inc();
    }
  }
}
