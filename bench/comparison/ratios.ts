import { ratiosOf } from '../report/figures.ts';
import { ROWS, type Row } from '../report/rows.ts';
import type { Measurements } from '../scenarios/results.ts';

/**
 * This proxy's figures as ratios to those of the bare pass-through: what is worth comparing between
 * runs, for both had the same machine, and the same noise. By the row's key; one a round.
 */
export type Ratios = Readonly<Record<string, readonly number[]>>;

/** @returns the name that a row has in a file */
export function keyOf({ scenario, figure }: Row): string {
  return `${scenario}/${figure}`;
}

/** @returns the ratios of all rows that have any */
export function ratiosByRow(measurements: Measurements): Ratios {
  return Object.fromEntries(
    ROWS.map((row) => [keyOf(row), ratiosOf(measurements, row)] as const).filter(
      ([, ratios]) => ratios.length > 0,
    ),
  );
}
