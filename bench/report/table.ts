import { BASE, DIRECT, SUBJECT } from '../contenders/contender.ts';
import type { Figure } from '../scenarios/sample.ts';
import { type Measurements, valuesOf } from '../scenarios/results.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { OF_PROXIES, figuresOf, ratiosOf } from './figures.ts';
import { markdownTable } from './markdown.ts';
import { ROWS, type Row, type Target } from './rows.ts';
import { type Spread, spreadOf } from './statistics.ts';

const OURS: readonly string[] = [DIRECT, BASE, SUBJECT];
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
 * @returns all figures as a Markdown table: medians, with the least and the most of all rounds;
 * of what is only there to compare with, medians alone
 */
export function figuresTable(
  measurements: Measurements,
  chosen: readonly Scenario[],
  contenders: readonly string[],
): string {
  const titles = titlesOf(chosen);
  const others = contenders.filter((name) => !OURS.includes(name));
  const lines = ROWS.flatMap((row) => {
    const spreads = [...OURS, ...others].map((name) =>
      spreadOf(figuresOf(measurements, row, name).filter((value) => value !== undefined)),
    );
    if (spreads.every((spread) => spread === undefined)) {
      return [];
    }
    const ratio = spreadOf(ratiosOf(measurements, row));
    const subject = spreads[OURS.indexOf(SUBJECT)];
    return [
      [
        titles.get(row.scenario) ?? 'Process',
        row.label,
        ...spreads.slice(0, OURS.length).map((spread) => withRange(spread, row.digits)),
        withRange(ratio, 2),
        target(row, subject, ratio),
        ...spreads.slice(OURS.length).map((spread) => number(spread?.median, row.digits)),
      ],
    ];
  });
  const heads = ['scenario', 'figure', ...OURS, `${SUBJECT} / ${BASE}`, 'target', ...others];
  return markdownTable([heads, ...lines]);
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
  const lines = chosen.flatMap(({ name, title }) =>
    contenders.map((contender) => [
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
