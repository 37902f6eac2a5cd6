import { ratiosOf } from '../report/figures.ts';
import { ROWS, type Row } from '../report/rows.ts';
import type { Measurements } from '../scenarios/results.ts';

/**
 * This proxy's figures as ratios to those of the bare pass-through, and those of two workers to those of
 * one: what is worth comparing between runs, for both had the same machine, and the same noise. By the
 * row's key; one a round.
 */
export type Ratios = Readonly<Record<string, readonly number[]>>;

/** @returns the name that a row has in a file */
export function keyOf({ scenario, figure }: Row): string {
  return `${scenario}/${figure}`;
}

/**
 * Rows whose ratio is that of two measured figures. A ratio of differences, as of what two proxies add
 * to nothing, can be anything where the difference is small.
 */
export const STEADY_ROWS: readonly Row[] = ROWS.filter(({ over }) => over === undefined);

/** @returns the ratios of those rows that have any */
export function ratiosByRow(measurements: Measurements, rows = ROWS): Ratios {
  return Object.fromEntries(
    rows
      .map((row) => [keyOf(row), ratiosOf(measurements, row)] as const)
      .filter(([, ratios]) => ratios.length > 0),
  );
}
