/**
 * The guard against slipping: `npm run bench:check`. It measures dist/, so build first; npm does.
 * It judges nothing by its exit code: noise would, too.
 */
import { benchmark } from './benchmark.ts';
import { type CheckOptions, CHECK_USAGE, readCheckOptions } from './check-options.ts';
import { choose } from './choose.ts';
import { changeTable, summaryOf } from './comparison/change-table.ts';
import { compareRatios } from './comparison/compare.ts';
import { STEADY_ROWS, ratiosByRow } from './comparison/ratios.ts';
import { readBaseline, writeBaseline } from './comparison/stored.ts';
import { runProgram } from './run-program.ts';
import { CHECK, scenarios } from './scenarios/catalogue.ts';

const BASELINE = new URL('./baseline.json', import.meta.url).pathname;

/** What takes long, or says little of the way of a request, is not checked. */
const NOT_CHECKED = ['slow', 'slow-5000', 'aborts', '5-mb-8', 'workers'];

async function check({ only, write }: CheckOptions): Promise<void> {
  const all = scenarios(CHECK).filter(({ name }) => !NOT_CHECKED.includes(name));
  const { chosen } = choose(all, only);
  const earlier = write ? undefined : readBaseline(BASELINE);
  const { machine, measurements } = await benchmark({ chosen });
  const ratios = ratiosByRow(measurements, STEADY_ROWS);
  if (earlier === undefined) {
    writeBaseline(BASELINE, machine, ratios);
    process.stdout.write(`\nwrote ${BASELINE}\n`);
    return;
  }
  const changes = compareRatios(earlier.ratios, ratios);
  process.stdout.write(
    `\n${machine}\nbaseline: ${earlier.origin}\n\n${changeTable(changes, chosen)}\n${summaryOf(changes)}`,
  );
}

await runProgram(async (args) => {
  const options = readCheckOptions(args);
  if (options.help) {
    process.stdout.write(CHECK_USAGE);
  } else {
    await check(options);
  }
});
