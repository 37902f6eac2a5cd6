import type { LateHandle } from './late-handles.js';

/** Label values by name. */
export type Labels<Label extends string> = Partial<Record<Label, string>>;

/** Joins label values into a key; no header, model or provider name can hold it. */
const SEPARATOR = '\u0000';

/** Keeps a metric's handles by their label values: looking labels up anew costs more than counting. */
export class LabelledHandles<Label extends string, Handle extends LateHandle> {
  readonly #handles = new Map<string, Handle>();

  /**
   * @param names - the labels, in the order in which `of` takes their values
   * @param create - makes what observes one set of labels
   */
  constructor(
    private readonly names: readonly Label[],
    private readonly create: (labels: Labels<Label>) => Handle,
  ) {}

  of(...values: readonly string[]): Handle {
    const key = values.join(SEPARATOR);
    let handle = this.#handles.get(key);
    if (handle === undefined) {
      handle = this.create(this.#labelsOf(values));
      this.#handles.set(key, handle);
    }
    return handle;
  }

  /** Tells prom-client all that has waited. */
  settle(): void {
    for (const handle of this.#handles.values()) {
      handle.settle();
    }
  }

  #labelsOf(values: readonly string[]): Labels<Label> {
    const labels: Labels<Label> = {};
    this.names.forEach((name, index) => {
      labels[name] = values[index] ?? '';
    });
    return labels;
  }
}
