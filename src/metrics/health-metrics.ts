import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Counter, Gauge } from 'prom-client';
import { LiveConfig, type ProxyConfig } from '../config/index.js';
import type { HealthChange, HealthObserver } from '../providers/index.js';
import { LabelledHandles } from './labelled-handles.js';
import { METRIC } from './metric-definitions.js';

/** The label of a breaker that stands for all models of its provider. */
const ALL_MODELS = 'all';

const OTHER_MODELS = 'other';

/** How a breaker's state is written as a number. */
const STATE_NUMBERS = { closed: 0, half_open: 1, open: 2 } as const;

/** Shows the circuit breakers: the state of each, how often it moved, and each provider's health. */
@Injectable()
export class HealthMetrics implements HealthObserver {
  readonly #health;
  readonly #states;
  readonly #transitions;
  /** The models that mappings spell out, by provider: what only a wildcard matches is without number. */
  #spelledOut: ReadonlyMap<string, ReadonlySet<string>> = new Map();

  constructor(
    live: LiveConfig,
    @InjectMetric(METRIC.providerHealth) health: Gauge,
    @InjectMetric(METRIC.breakerState) states: Gauge,
    @InjectMetric(METRIC.breakerTransitions) transitions: Counter,
  ) {
    this.#health = new LabelledHandles(health, ['provider']);
    this.#states = new LabelledHandles(states, ['provider', 'model']);
    this.#transitions = new LabelledHandles(transitions, ['provider', 'model', 'to']);
    this.#follow(live.current);
    live.onChange((current) => {
      this.#follow(current);
    });
  }

  healthChanged(provider: string, { model, to }: HealthChange): void {
    // One that was removed from the configuration may still have requests running.
    if (!this.#spelledOut.has(provider)) {
      return;
    }
    const label = model === undefined ? ALL_MODELS : this.#labelOf(provider, model);
    this.#states.of(provider, label).set(STATE_NUMBERS[to]);
    this.#transitions.of(provider, label, to).inc();
    if (model === undefined) {
      this.#health.of(provider).set(to === 'closed' ? 1 : 0);
    }
  }

  #labelOf(provider: string, model: string): string {
    return this.#spelledOut.get(provider)?.has(model) === true ? model : OTHER_MODELS;
  }

  /** What counts stays when a provider goes; what says how it is goes with it. */
  #follow({ providers }: ProxyConfig): void {
    const known = this.#spelledOut;
    this.#spelledOut = new Map(
      providers.map(({ name, modelMapping }) => [name, new Set(modelMapping.values())]),
    );
    for (const [gone, models] of [...known].filter(([name]) => !this.#spelledOut.has(name))) {
      this.#health.remove(gone);
      for (const model of [...models, ALL_MODELS, OTHER_MODELS]) {
        this.#states.remove(gone, model);
      }
    }
    // Nothing is known against a provider that has not been asked yet.
    for (const added of [...this.#spelledOut.keys()].filter((name) => !known.has(name))) {
      this.#health.of(added).set(1);
      this.#states.of(added, ALL_MODELS).set(STATE_NUMBERS.closed);
    }
  }
}
