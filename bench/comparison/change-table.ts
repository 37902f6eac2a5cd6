import { markdownTable } from '../report/markdown.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { Change } from './compare.ts';

/** @returns the changes of the rows' ratios as a Markdown table */
export function changeTable(changes: readonly Change[], chosen: readonly Scenario[]): string {
  const titles = new Map(chosen.map(({ name, title }) => [name, title]));
  const lines = changes.map(({ row, before, after, change, noise, verdict }) => [
    titles.get(row.scenario) ?? 'Process',
    row.label,
    before.median.toFixed(2),
    after.median.toFixed(2),
    change.toFixed(2),
    `± ${(noise * 100).toFixed(0)} %`,
    verdict,
  ]);
  const heads = [
    'scenario',
    'figure',
    'ratio before',
    'ratio now',
    'now / before',
    'noise',
    'verdict',
  ];
  return markdownTable([heads, ...lines]);
}

/** @returns what has changed beyond noise, in a line or more */
export function summaryOf(changes: readonly Change[]): string {
  const listed = (['worse', 'better'] as const).map((verdict) => {
    const rows = changes.filter((change) => change.verdict === verdict);
    const names = rows.map(
      ({ row, change }) => `  ${row.scenario}: ${row.label}, ${change.toFixed(2)} ×\n`,
    );
    return `${rows.length} of ${changes.length} figures are ${verdict} beyond noise.\n${names.join('')}`;
  });
  return listed.join('');
}
