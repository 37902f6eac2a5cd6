import { BASE, DIRECT, PROXIES, type Pair, SUBJECT, WORKERS } from '../contenders/contender.ts';
import type { Figure } from '../scenarios/sample.ts';
import { type Measurements, valuesOf } from '../scenarios/results.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { OF_PROXIES, figuresOf, ratiosOf } from './figures.ts';
import { markdownTable } from './markdown.ts';
import { ROWS, type Row, type Target } from './rows.ts';
import { type Spread, spreadOf } from './statistics.ts';

const OURS: readonly string[] = [DIRECT, BASE, SUBJECT];
const OF_WORKERS: readonly string[] = [WORKERS.base, WORKERS.subject];
const NOTHING = '';
const BUSY: readonly Figure[] = [
  'proxyBusy',
  'loadBusy',
  'upstreamBusy',
  'proxyWaited',
  'loadWaited',
  'upstreamWaited',
];

/**
 * @param contenders - all that took part
 * @returns all figures of proxies as a Markdown table: medians, with the least and the most of all
 * rounds; of what is only there to compare with, medians alone. Nothing where none was measured.
 */
export function figuresTable(
  measurements: Measurements,
  chosen: readonly Scenario[],
  contenders: readonly string[],
): string {
  const others = contenders.filter((name) => !OURS.includes(name));
  return tableOf(measurements, chosen, { pair: PROXIES, columns: OURS, others });
}

/** @returns the figures of two workers and one in the same way */
export function workersTable(measurements: Measurements, chosen: readonly Scenario[]): string {
  return tableOf(measurements, chosen, { pair: WORKERS, columns: OF_WORKERS, others: [] });
}

/** Whose figures a table has. */
interface Columns {
  readonly pair: Pair;
  /** With the least and the most. */
  readonly columns: readonly string[];
  /** Medians alone, at the end. */
  readonly others: readonly string[];
}

function tableOf(
  measurements: Measurements,
  chosen: readonly Scenario[],
  { pair, columns, others }: Columns,
): string {
  const titles = titlesOf(chosen);
  const lines = ROWS.filter((row) => row.pair === pair).flatMap((row) => {
    const spreads = [...columns, ...others].map((name) =>
      spreadOf(figuresOf(measurements, row, name).filter((value) => value !== undefined)),
    );
    if (spreads.every((spread) => spread === undefined)) {
      return [];
    }
    const ratio = spreadOf(ratiosOf(measurements, row));
    const subject = spreads[columns.indexOf(pair.subject)];
    return [
      [
        titles.get(row.scenario) ?? 'Process',
        row.label,
        ...spreads.slice(0, columns.length).map((spread) => withRange(spread, row.digits)),
        withRange(ratio, 2),
        target(row, subject, ratio),
        ...spreads.slice(columns.length).map((spread) => number(spread?.median, row.digits)),
      ],
    ];
  });
  const ratio = `${pair.subject} / ${pair.base}`;
  const heads = ['scenario', 'figure', ...columns, ratio, 'target', ...others];
  return lines.length === 0 ? '' : markdownTable([heads, ...lines]);
}

/**
 * @returns how busy each process was: that neither load nor upstream was what limited a proxy; and
 * how long it waited for its core: that others on the machine did not
 */
export function busyTable(
  measurements: Measurements,
  chosen: readonly Scenario[],
  contenders: readonly string[],
): string {
  const lines = chosen.flatMap(({ name, title, kind }) =>
    (kind === 'workers' ? OF_WORKERS : contenders).map((contender) => [
      title,
      contender,
      ...BUSY.map((figure) =>
        contender === DIRECT && OF_PROXIES.has(figure)
          ? NOTHING
          : number(medianOf(measurements, name, contender, figure), 0),
      ),
      number(medianOf(measurements, name, contender, 'loadLateness'), 2),
    ]),
  );
  const heads = [
    '% of a core',
    'through',
    'proxy',
    'load',
    'upstream',
    'proxy waited',
    'load waited',
    'upstream waited',
    'load late p99, ms',
  ];
  const LOAD = 2 + BUSY.indexOf('loadBusy');
  return markdownTable([heads, ...lines.filter((line) => line[LOAD] !== NOTHING)]);
}

function titlesOf(chosen: readonly Scenario[]): ReadonlyMap<string, string> {
  return new Map(chosen.map(({ name, title }) => [name, title]));
}

function medianOf(
  measurements: Measurements,
  scenario: string,
  contender: string,
  figure: Figure,
): number | undefined {
  const values = valuesOf(measurements, scenario, contender, figure);
  return spreadOf(values.filter((value) => value !== undefined))?.median;
}

/** The target, and whether this run has reached it. */
function target(row: Row, subject: Spread | undefined, ratio: Spread | undefined): string {
  if (row.target === undefined) {
    return NOTHING;
  }
  const { of, sense, bound } = row.target;
  const text = `${sense} ${bound}${of === 'ratio' ? ' ×' : ''}`;
  const reached = of === 'ratio' ? ratio : subject;
  if (reached === undefined) {
    return text;
  }
  return `${text} ${isReached(row.target, reached.median) ? '✓' : '✗'}`;
}

function isReached({ sense, bound }: Target, value: number): boolean {
  return sense === '≤' ? value <= bound : value >= bound;
}

function withRange(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) {
    return NOTHING;
  }
  const [median, lowest, highest] = [spread.median, spread.lowest, spread.highest].map((value) =>
    number(value, digits),
  );
  return lowest === highest ? (median ?? '') : `${median ?? ''} (${lowest ?? ''}–${highest ?? ''})`;
}

function number(value: number | undefined, digits: number): string {
  return (
    value?.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }) ??
    NOTHING
  );
}
