/** A metric that hands out what observes one set of labels. */
interface Labelled<Label extends string, Handle> {
  labels(labels: Readonly<Partial<Record<Label, string | number>>>): Handle;
}

/** Joins label values into a key; no header, model or provider name can hold it. */
const SEPARATOR = '\u0000';

/** Keeps a metric's handles by their label values: looking labels up anew costs more than counting. */
export class LabelledHandles<Label extends string, Handle> {
  readonly #handles = new Map<string, Handle>();

  /** @param names - the labels, in the order in which `of` takes their values */
  constructor(
    private readonly metric: Labelled<Label, Handle>,
    private readonly names: readonly Label[],
  ) {}

  of(...values: readonly string[]): Handle {
    const key = values.join(SEPARATOR);
    let handle = this.#handles.get(key);
    if (handle === undefined) {
      handle = this.metric.labels(this.#labelsOf(values));
      this.#handles.set(key, handle);
    }
    return handle;
  }

  #labelsOf(values: readonly string[]): Partial<Record<Label, string>> {
    const labels: Partial<Record<Label, string>> = {};
    this.names.forEach((name, index) => {
      labels[name] = values[index] ?? '';
    });
    return labels;
  }
}
