import type { Figure, Sample } from './sample.ts';

/** Scenario to contender to samples, one a round. */
export type Measurements = Readonly<Record<string, Readonly<Record<string, readonly Sample[]>>>>;

/** All samples of a run. */
export class Results {
  readonly #measurements: Record<string, Record<string, Sample[]>> = {};

  get measurements(): Measurements {
    return this.#measurements;
  }

  /** @param sample - of the next round; an empty one where the contender failed */
  add(scenario: string, contender: string, sample: Sample): void {
    const contenders = (this.#measurements[scenario] ??= {});
    (contenders[contender] ??= []).push(sample);
  }
}

/** @returns a figure of all rounds, in order; undefined where it was not measured */
export function valuesOf(
  measurements: Measurements,
  scenario: string,
  contender: string,
  figure: Figure,
): readonly (number | undefined)[] {
  return (measurements[scenario]?.[contender] ?? []).map((sample) => sample[figure]);
}
