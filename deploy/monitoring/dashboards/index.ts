import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { overview } from './overview.ts';
import { processes } from './process.ts';
import { providers } from './providers.ts';

/** @returns the dashboards as Grafana reads them, by the name of their file */
export function dashboardFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['overview.json', textOf(overview())],
    ['providers.json', textOf(providers())],
    ['process.json', textOf(processes())],
  ]);
}

function textOf(board: DashboardBuilder): string {
  const built = board.build();
  // Numbers of its own, so that a link to a panel stays good when Grafana loads the file again.
  for (const [index, panel] of (built.panels ?? []).entries()) {
    panel.id = index + 1;
  }
  return `${JSON.stringify(built, undefined, 2)}\n`;
}
