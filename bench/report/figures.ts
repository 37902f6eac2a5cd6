import { BASE, DIRECT } from '../contenders/contender.ts';
import { type Measurements, valuesOf } from '../scenarios/results.ts';
import type { Figure } from '../scenarios/sample.ts';
import type { Row } from './rows.ts';

/** Without a proxy these are figures of the upstream, which has its own column. */
export const OF_PROXIES: ReadonlySet<Figure> = new Set<Figure>([
  'cpuPerRequest',
  'cpuPerEvent',
  'memoryLoaded',
  'proxyBusy',
  'proxyWaited',
]);

/** @returns a row's figures, one a round, in the units of the table; undefined where there is none */
export function figuresOf(
  measurements: Measurements,
  row: Row,
  contender: string,
): readonly (number | undefined)[] {
  const { scenario, figure, unit, over } = row;
  if (contender === over || (contender === DIRECT && (OF_PROXIES.has(figure) || over === BASE))) {
    return [];
  }
  const values = valuesOf(measurements, scenario, contender, figure);
  const base = over === undefined ? undefined : valuesOf(measurements, scenario, over, figure);
  return values.map((value, round) => {
    const less = base === undefined ? 0 : base[round];
    return value === undefined || less === undefined ? undefined : (value - less) / unit;
  });
}

/**
 * @returns one contender's figures as ratios to another one's, one a round: the pair is the row's. Where
 * noise makes either nothing, or less than nothing, there is no ratio.
 */
export function ratiosOf(measurements: Measurements, row: Row): readonly number[] {
  const base = figuresOf(measurements, row, row.pair.base);
  return figuresOf(measurements, row, row.pair.subject)
    .map((value, round) => ratio(value, base[round]))
    .filter((value) => value !== undefined);
}

function ratio(value: number | undefined, base: number | undefined): number | undefined {
  return value === undefined || base === undefined || value <= 0 || base <= 0
    ? undefined
    : value / base;
}
