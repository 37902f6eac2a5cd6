/** Label values by name. */
type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

const SAMPLE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** A page of metrics in Prometheus' text format, read. */
export class Metrics {
  readonly samples: readonly Sample[];

  constructor(page: string) {
    this.samples = page
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map(readSample);
  }

  /** @returns the sum over all series of `name` that carry these labels; 0 when there are none */
  sum(name: string, labels: Labels = {}): number {
    return this.#matching(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** @returns the different values of one label of `name`, sorted */
  valuesOf(name: string, label: string): readonly string[] {
    const values = this.#matching(name, {}).map(({ labels }) => labels[label] ?? '');
    return [...new Set(values)].sort();
  }

  #matching(name: string, labels: Labels): readonly Sample[] {
    const wanted = Object.entries(labels);
    return this.samples.filter(
      (sample) =>
        sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value),
    );
  }
}

function readSample(line: string): Sample {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    throw new Error(`not a line of metrics: ${line}`);
  }
  const pairs = [...labels.matchAll(LABEL)].map(([, label, text]) => [label ?? '', text ?? '']);
  return { name, labels: Object.fromEntries(pairs) as Labels, value: Number(value) };
}
