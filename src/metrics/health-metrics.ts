import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Counter } from 'prom-client';
import type { HealthChange, HealthObserver, ObservedProvider } from '../providers/index.js';
import { breakerLabelOf } from './breaker-states.js';
import { LateObservations } from './late-observations.js';
import { METRIC } from './metric-definitions.js';

/** Counts how often circuit breakers moved; their states are read when metrics are collected. */
@Injectable()
export class HealthMetrics implements HealthObserver {
  readonly #transitions;

  constructor(
    @InjectMetric(METRIC.breakerTransitions) transitions: Counter,
    late: LateObservations,
  ) {
    this.#transitions = late.counter(transitions, ['provider', 'model', 'to']);
  }

  healthChanged(provider: ObservedProvider, { model, to }: HealthChange): void {
    this.#transitions.of(provider.name, breakerLabelOf(provider, model), to).inc();
  }
}
