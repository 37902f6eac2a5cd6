/**
 * `npm run check:monitoring`: the alerts by Prometheus's own tool, then every expression of alerts and
 * dashboards by a Prometheus that watches the built proxy fail now and then. With `-- --picture` it goes
 * on for longer and draws docs/images/overview.svg.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killChildrenOnExit } from '../../bench/machine/child.ts';
import { BusyProxy } from './busy-proxy.ts';
import {
  type Dashboard,
  alertExpressions,
  panelExpressions,
  readAlerts,
  readDashboards,
  readLabelQuery,
} from './expressions.ts';
import { drawDashboard } from './picture.ts';
import { findPrograms, run } from './programs.ts';
import { PROMETHEUS_FILES, Prometheus, type Series } from './prometheus.ts';

/** How long clients ask before anybody looks, s. */
const LENGTH = 20;
const LENGTH_FOR_PICTURE = 180;
/** How long clients go on when something has not happened yet: chance, or a slow machine, s. */
const PATIENCE = 120;
/** How long they go on between two looks, s. */
const SLICE = 5;
/** The alerts that such traffic must set off. Each still waits for its time: they are pending. */
const EXPECTED_ALERTS = [
  'LlmProxyConfigReloadFailed',
  'LlmProxyErrorBudgetBurnsFast',
  'LlmProxyModelOut',
  'LlmProxyProviderOut',
  'LlmProxyStreamsInterrupted',
];

const wantsPicture = process.argv.includes('--picture');
killChildrenOnExit();
const findings: string[] = [];
const programs = findProgramsOrExit();
const directory = mkdtempSync(join(tmpdir(), 'llm-proxy-monitoring-'));

step('promtool check config', () => {
  run(programs.promtool, ['check', 'config', join(PROMETHEUS_FILES, 'prometheus.yml')]);
});
step('promtool check rules', () => {
  run(programs.promtool, ['check', 'rules', join(PROMETHEUS_FILES, 'alerts.yaml')]);
});
step('promtool test rules', () => {
  run(programs.promtool, ['test', 'rules', join(PROMETHEUS_FILES, 'alerts.test.yaml')]);
});

const proxy = new BusyProxy(directory);
await proxy.start();
const prometheus = await Prometheus.start(programs.prometheus, directory, proxy.port);
const length = wantsPicture ? LENGTH_FOR_PICTURE : LENGTH;
const from = Date.now() / 1000;
say(`${length} s of traffic`);
await Promise.all([proxy.drive(length), proxy.killWorker()]);
say('one worker was killed, and replaced');
const dashboards = readDashboards();
findings.push(...(await whileTrafficGoesOn(checkExpressions)));
await checkVariables();
await checkThatAllIsShown();
proxy.breakConfig();
findings.push(...(await whileTrafficGoesOn(checkAlerts)));
if (wantsPicture) {
  await drawOverview();
}
await proxy.stop();
rmSync(directory, { recursive: true, force: true });
say(findings.length === 0 ? 'All is well.' : findings.join('\n'));
process.exit(findings.length === 0 ? 0 : 1);

function findProgramsOrExit(): ReturnType<typeof findPrograms> {
  try {
    return findPrograms(process.env);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(2);
  }
}

/** Looks again and again until nothing is missing, or patience ends. @returns what is missing then */
async function whileTrafficGoesOn(
  look: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const patienceEnds = performance.now() + PATIENCE * 1000;
  let missing = await look();
  while (missing.length > 0 && performance.now() < patienceEnds) {
    await proxy.drive(SLICE);
    missing = await look();
  }
  return missing;
}

async function checkExpressions(): Promise<readonly string[]> {
  const expressions = [...panelExpressions(dashboards), ...alertExpressions(readAlerts())];
  const span = { from, to: Date.now() / 1000, step: 1 };
  const missing: string[] = [];
  for (const { place, text } of expressions) {
    try {
      if (!hasNumbers(await prometheus.queryRange(text, span))) {
        missing.push(`${place}: no data for ${text}`);
      }
    } catch (error) {
      missing.push(`${place}: ${messageOf(error)} in ${text}`);
    }
  }
  say(`${expressions.length} expressions, ${missing.length} without data`);
  return missing;
}

async function checkVariables(): Promise<void> {
  const queries = new Set(
    dashboards.flatMap(({ templating }) =>
      templating.list.filter(({ type }) => type === 'query').map(({ query }) => query),
    ),
  );
  for (const query of queries) {
    const asked = readLabelQuery(query);
    if (
      asked === undefined ||
      (await prometheus.labelValues(asked.label, asked.selector)).length === 0
    ) {
      findings.push(`variable: no values for ${query}`);
    }
  }
  say(`${queries.size} variables`);
}

/** A metric that no panel shows is one that nobody looks at. */
async function checkThatAllIsShown(): Promise<void> {
  const shown = panelExpressions(dashboards)
    .map(({ text }) => text)
    .join('\n');
  const names = await proxy.ownMetrics();
  for (const name of names) {
    if (!shown.includes(name)) {
      findings.push(`no panel shows ${name}`);
    }
  }
  say(`${names.length} metrics of the proxy`);
}

async function checkAlerts(): Promise<readonly string[]> {
  const active = await prometheus.activeAlerts();
  say(`pending or firing: ${[...active].sort().join(', ')}`);
  return EXPECTED_ALERTS.filter((name) => !active.has(name)).map(
    (name) => `alert ${name}: not set off`,
  );
}

async function drawOverview(): Promise<void> {
  const overview: Dashboard | undefined = dashboards.find(({ title }) =>
    title.endsWith('overview'),
  );
  if (overview !== undefined) {
    const picture = await drawDashboard(overview, (expression) =>
      prometheus.queryRange(expression, { from: from + 15, to: from + length, step: 3 }),
    );
    writeFileSync(new URL('../../docs/images/overview.svg', import.meta.url), picture);
  }
}

function hasNumbers(series: readonly Series[]): boolean {
  return series.some(({ values }) => values.some(([, value]) => Number.isFinite(Number(value))));
}

function step(name: string, work: () => void): void {
  try {
    work();
    say(name);
  } catch (error) {
    findings.push(messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
