/** A figure over the rounds of a run. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  /** The quartiles: half of the rounds lie between them. */
  readonly lower: number;
  readonly upper: number;
}

/** @returns undefined when there are no values */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((left, right) => left - right);
  const [lowest] = sorted;
  const highest = sorted.at(-1);
  return lowest === undefined || highest === undefined
    ? undefined
    : {
        median: medianOfSorted(sorted),
        lowest,
        highest,
        lower: quantileOfSorted(sorted, 0.25),
        upper: quantileOfSorted(sorted, 0.75),
      };
}

/**
 * @param sorted - ascending
 * @param share - 0.99 for the 99th percentile
 * @returns the nearest-rank quantile; 0 of no values
 */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function medianOfSorted(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
