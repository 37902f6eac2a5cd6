import type { ContenderName } from '../contenders/contender.ts';
import type { Figure } from '../scenarios/sample.ts';
import type { Results } from '../scenarios/results.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { ROWS, type Row } from './rows.ts';
import { spreadOf } from './statistics.ts';

const COLUMNS: readonly ContenderName[] = ['direct', 'pass-through', 'llm-proxy'];
const BASE: ContenderName = 'pass-through';
const SUBJECT: ContenderName = 'llm-proxy';
const DIRECT: ContenderName = 'direct';
const NOTHING = '';

/** Without a proxy these are figures of the upstream, which has its own column. */
const OF_PROXIES: ReadonlySet<Figure> = new Set<Figure>([
  'cpuPerRequest',
  'cpuPerEvent',
  'memoryLoaded',
  'proxyBusy',
]);

/** @returns all figures as a Markdown table: medians, with the least and the most of all rounds */
export function figuresTable(results: Results, chosen: readonly Scenario[]): string {
  const titles = new Map(chosen.map(({ name, title }) => [name, title]));
  const lines = ROWS.flatMap((row) => {
    const title = titles.get(row.scenario) ?? 'Process';
    const cells = cellsOf(results, row);
    return cells.every((cell) => cell === NOTHING)
      ? []
      : [[title, row.label, ...cells, row.target ?? NOTHING]];
  });
  const heads = ['scenario', 'figure', ...COLUMNS, `${SUBJECT} / ${BASE}`, 'target'];
  return markdown([heads, ...withoutRepeats(lines)]);
}

/** @returns how busy each process was: that neither load nor upstream was what limited a proxy */
export function busyTable(results: Results, chosen: readonly Scenario[]): string {
  const lines = chosen.flatMap(({ name, title, contenders }) =>
    contenders.map((contender) => [
      title,
      contender,
      ...(['proxyBusy', 'loadBusy', 'upstreamBusy'] as const).map((figure) =>
        contender === DIRECT && OF_PROXIES.has(figure)
          ? NOTHING
          : format(results.values(name, contender, figure), 0),
      ),
    ]),
  );
  const heads = ['% of a core', 'through', 'proxy', 'load generator', 'upstream'];
  return markdown([heads, ...withoutRepeats(lines.filter((line) => line[3] !== NOTHING))]);
}

function cellsOf(results: Results, row: Row): string[] {
  const columns = COLUMNS.map((name) => valuesOf(results, row, name));
  const base = valuesOf(results, row, BASE);
  // Where noise makes the base nothing, or less than nothing, there is no ratio.
  const ratios = valuesOf(results, row, SUBJECT)
    .map((value, round) => value / Math.max(0, base[round] ?? 0))
    .filter(Number.isFinite);
  return [...columns.map((values) => format(values, row.digits)), format(ratios, 2)];
}

/** @returns a row's values, one a round, in the units of the table */
function valuesOf(results: Results, row: Row, contender: ContenderName): readonly number[] {
  const { scenario, figure, unit, over } = row;
  if (contender === DIRECT && (OF_PROXIES.has(figure) || over === DIRECT)) {
    return [];
  }
  const base = over === undefined ? [] : results.values(scenario, over, figure);
  return results
    .values(scenario, contender, figure)
    .map((value, round) => (value - (base[round] ?? 0)) / unit);
}

function format(values: readonly number[], digits: number): string {
  const spread = spreadOf(values);
  if (spread === undefined) {
    return NOTHING;
  }
  const [median, lowest, highest] = [spread.median, spread.lowest, spread.highest].map((value) =>
    value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  return lowest === highest ? (median ?? '') : `${median ?? ''} (${lowest ?? ''}–${highest ?? ''})`;
}

/** Leaves the first cell of a line out where it says the same as the line above. */
function withoutRepeats(lines: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return lines.map((line, index) =>
    line[0] === lines[index - 1]?.[0] ? [NOTHING, ...line.slice(1)] : line,
  );
}

/** @param lines - the first holds the heads */
function markdown(lines: readonly (readonly string[])[]): string {
  const [heads = [], ...rest] = lines;
  const widths = heads.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? NOTHING).length)),
  );
  const rule = widths.map((width, column) =>
    column < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [heads, rule, ...rest]
    .map((line) => `| ${line.map((cell, column) => pad(cell, widths, column)).join(' | ')} |\n`)
    .join('');
}

function pad(cell: string, widths: readonly number[], column: number): string {
  const width = widths[column] ?? 0;
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}
