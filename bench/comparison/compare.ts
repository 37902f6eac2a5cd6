import { ROWS, type Row } from '../report/rows.ts';
import { type Spread, spreadOf } from '../report/statistics.ts';
import type { Figure } from '../scenarios/sample.ts';
import { type Ratios, keyOf } from './ratios.ts';

export type Verdict = 'better' | 'worse' | 'within noise' | 'too few rounds';

/** How one row has changed from one run to another. */
export interface Change {
  readonly row: Row;
  readonly before: Spread;
  readonly after: Spread;
  /** The new ratio over the old one: 1.05 is 5 % more than it was. */
  readonly change: number;
  /** How far from 1 `change` may be for no other reason than noise. */
  readonly noise: number;
  readonly verdict: Verdict;
}

/** Fewer rounds than this do not show how much they scatter. */
const LEAST_ROUNDS = 3;
/** No two runs of the same code are closer than this: each has its own luck with memory and compiler. */
const LEAST_NOISE = 0.04;

const MORE_IS_BETTER: ReadonlySet<Figure> = new Set<Figure>([
  'requestsPerSecond',
  'eventsPerSecond',
  'complete',
]);

/** @returns the rows that both runs have, in the table's order */
export function compareRatios(before: Ratios, after: Ratios): readonly Change[] {
  return ROWS.flatMap((row) => {
    const [older = [], newer = []] = [before[keyOf(row)], after[keyOf(row)]];
    const [from, to] = [spreadOf(older), spreadOf(newer)];
    // The row that is a difference to the pass-through has no ratio, and the key of one that has.
    if (row.over === 'pass-through' || from === undefined || to === undefined) {
      return [];
    }
    const change = to.median / from.median;
    const noise = noiseOf(from, to);
    const enough = Math.min(older.length, newer.length) >= LEAST_ROUNDS;
    const verdict = enough ? judge(row, change, noise) : 'too few rounds';
    return [{ row, before: from, after: to, change, noise, verdict }];
  });
}

/**
 * The band: both runs' spreads between their quartiles, relative to their medians, added up. For
 * five rounds of ordinary noise that is about three standard deviations of the difference of their
 * medians, and one round that something has disturbed does not widen it.
 */
function noiseOf(before: Spread, after: Spread): number {
  return Math.max(LEAST_NOISE, relativeSpread(before) + relativeSpread(after));
}

function relativeSpread({ lower, median, upper }: Spread): number {
  return (upper - lower) / median;
}

function judge({ figure }: Row, change: number, noise: number): Verdict {
  if (change <= 1 + noise && change >= 1 / (1 + noise)) {
    return 'within noise';
  }
  return change > 1 === MORE_IS_BETTER.has(figure) ? 'better' : 'worse';
}
