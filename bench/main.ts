/** The benchmark: `npm run bench`. It measures dist/, so build first; npm does. */
import { benchmark } from './benchmark.ts';
import { choose } from './choose.ts';
import { changeTable, summaryOf } from './comparison/change-table.ts';
import { compareRatios } from './comparison/compare.ts';
import { ratiosByRow } from './comparison/ratios.ts';
import { readReport, writeReport } from './comparison/stored.ts';
import { gatewayContender } from './contenders/gateway.ts';
import { installedProxies } from './contenders/installed-proxy.ts';
import { type Options, USAGE, readOptions } from './options.ts';
import { busyTable, figuresTable, workersTable } from './report/table.ts';
import { runProgram } from './run-program.ts';
import { FULL, QUICK, scenarios } from './scenarios/catalogue.ts';

async function runBenchmark(options: Options): Promise<void> {
  const { quick, only, without, gateways, upstreamPort, profile } = options;
  const { chosen, leftOut } = choose(scenarios(quick ? QUICK : FULL), only);
  // Before the run: a file that cannot be read should not cost the minutes of one.
  const earlier = options.compare === undefined ? undefined : readReport(options.compare);
  const { machine, contenders, measurements } = await benchmark({
    chosen,
    profile,
    upstreamPort,
    others: ({ core, ...place }) => [
      ...installedProxies(place, core).filter(({ name }) => !without.includes(name)),
      ...gateways.map(gatewayContender),
    ],
  });
  if (options.json !== undefined) {
    writeReport(options.json, machine, measurements);
  }
  const tables = [
    figuresTable(measurements, chosen, contenders),
    workersTable(measurements, chosen),
    busyTable(measurements, chosen, contenders),
  ].filter((table) => table !== '');
  process.stdout.write(`\n${[machine, ...tables].join('\n\n')}`);
  if (earlier !== undefined) {
    const changes = compareRatios(earlier.ratios, ratiosByRow(measurements));
    process.stdout.write(
      `\nSince ${earlier.origin}:\n\n${changeTable(changes, chosen)}\n${summaryOf(changes)}`,
    );
  }
  process.stderr.write(leftOut.map((line) => `${line}\n`).join(''));
}

await runProgram(async (args) => {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(USAGE);
  } else {
    await runBenchmark(options);
  }
});
