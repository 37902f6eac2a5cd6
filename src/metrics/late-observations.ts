import { Injectable } from '@nestjs/common';
import type { Counter, Gauge, Histogram } from 'prom-client';
import { LabelledHandles } from './labelled-handles.js';
import { LateCounter, LateGauge, type LateHandle, LateHistogram } from './late-handles.js';

/**
 * What metrics have yet to be told, each when it is collected (TOLD_LATE in metric-definitions.ts). A
 * metric belongs to one application of a process, since it is collected by the first one's.
 */
@Injectable()
export class LateObservations {
  readonly #kept = new Map<object, LateHandle>();

  /** @param names - its labels, in the order in which `of` takes their values */
  counter<Label extends string>(
    metric: Counter<Label>,
    names: readonly Label[],
  ): LabelledHandles<Label, LateCounter> {
    return this.#keep(
      metric,
      new LabelledHandles(names, (labels) => new LateCounter(metric.labels(labels))),
    );
  }

  /** @param names - its labels, in the order in which `of` takes their values */
  gauge<Label extends string>(
    metric: Gauge<Label>,
    names: readonly Label[],
  ): LabelledHandles<Label, LateGauge> {
    return this.#keep(
      metric,
      new LabelledHandles(names, (labels) => new LateGauge(metric.labels(labels))),
    );
  }

  /** @param names - its labels, in the order in which `of` takes their values */
  histogram<Label extends string>(
    metric: Histogram<Label>,
    names: readonly Label[],
  ): LabelledHandles<Label, LateHistogram> {
    return this.#keep(
      metric,
      new LabelledHandles(names, (labels) => new LateHistogram(metric.labels(labels))),
    );
  }

  /** Tells `metric` all that has waited for it. */
  settle(metric: object): void {
    this.#kept.get(metric)?.settle();
  }

  #keep<Handles extends LateHandle>(metric: object, handles: Handles): Handles {
    if (!('collect' in metric)) {
      throw new Error('a metric that is told late must settle when it is collected');
    }
    this.#kept.set(metric, handles);
    return handles;
  }
}
