import type { ContenderName } from '../contenders/contender.ts';
import type { Figure, Sample } from './sample.ts';

/** Scenario to contender to samples, one a round. */
type Measurements = Record<string, Record<string, Sample[]>>;

/** All samples of a run. */
export class Results {
  readonly measurements: Measurements = {};

  add(scenario: string, contender: ContenderName, sample: Sample): void {
    const contenders = (this.measurements[scenario] ??= {});
    (contenders[contender] ??= []).push(sample);
  }

  /** @returns a figure of all rounds, in order; empty when it was not measured */
  values(scenario: string, contender: ContenderName, figure: Figure): readonly number[] {
    return (this.measurements[scenario]?.[contender] ?? [])
      .map((sample) => sample[figure])
      .filter((value) => value !== undefined);
  }
}
