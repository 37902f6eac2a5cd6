import { quantileOfSorted } from '../../report/statistics.ts';
import type { Distribution, Outcome } from '../../traffic/traffic.ts';

/** Adds up what all connections of a traffic see. All times are ms. */
export class Tally {
  readonly #latencies: number[] = [];
  readonly #firstBytes: number[] = [];
  readonly #gaps: number[] = [];
  readonly #lateness: number[] = [];
  readonly #complaints = new Set<string>();
  #complete = 0;
  #events = 0;

  firstByte(time: number): void {
    this.#firstBytes.push(time);
  }

  gap(time: number): void {
    this.#gaps.push(time);
  }

  /** @param time - by which a request was sent later than it was due */
  late(time: number): void {
    this.#lateness.push(time);
  }

  /** @param complaint - what was wrong with the answer; undefined when nothing was */
  answered(latency: number, events: number, complaint: string | undefined): void {
    this.#latencies.push(latency);
    this.#events += events;
    if (complaint === undefined) {
      this.#complete += 1;
    } else {
      this.#complaints.add(complaint);
    }
  }

  toOutcome(elapsed: number): Outcome {
    return {
      elapsed,
      requests: this.#latencies.length,
      complete: this.#complete,
      complaints: [...this.#complaints],
      events: this.#events,
      latency: distributionOf(this.#latencies),
      firstByte: distributionOf(this.#firstBytes),
      gap: distributionOf(this.#gaps),
      lateness: distributionOf(this.#lateness),
    };
  }
}

function distributionOf(values: readonly number[]): Distribution {
  const sorted = Float64Array.from(values).sort();
  return {
    median: quantileOfSorted(sorted, 0.5),
    p99: quantileOfSorted(sorted, 0.99),
    p999: quantileOfSorted(sorted, 0.999),
    highest: sorted.at(-1) ?? 0,
  };
}
