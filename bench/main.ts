/** The benchmark: `npm run bench`. It measures dist/, so build first; npm does. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { llmProxy } from './contenders/llm-proxy.ts';
import { passThrough } from './contenders/pass-through.ts';
import { direct, startUpstream } from './contenders/upstream.ts';
import { killChildrenOnExit } from './machine/child.ts';
import { planCores } from './machine/cores.ts';
import { type Options, USAGE, readOptions } from './options.ts';
import { machineLine } from './report/machine-line.ts';
import { busyTable, figuresTable } from './report/table.ts';
import { BenchmarkRun } from './run.ts';
import { JSON_ANSWER } from './traffic/answer-plan.ts';
import { LoadGenerator } from './scenarios/load-generator.ts';
import { type Scenario, scenarios } from './scenarios/scenario.ts';

async function runBenchmark(options: Options, directory: string): Promise<void> {
  const plan = planCores();
  const chosen = choose(options);
  const upstream = await startUpstream(plan.upstream);
  const load = new LoadGenerator(plan.load);
  const contenders = [
    direct(upstream),
    passThrough(upstream.origin, plan.proxy),
    llmProxy({
      upstream: upstream.origin,
      core: plan.proxy,
      directory,
      answers: [JSON_ANSWER, ...chosen.map(({ traffic }) => traffic.answer)],
      profiles: options.profile,
    }),
  ];
  const run = new BenchmarkRun({ load, upstream }, contenders, chosen, (text) => {
    process.stderr.write(`${text}\n`);
  });
  const results = await run.run();
  await load.child.stop();

  const machine = machineLine(plan);
  process.stdout.write(
    `\n${machine}\n\n${figuresTable(results, chosen)}\n${busyTable(results, chosen)}`,
  );
  if (options.json !== undefined) {
    const report = { machine, date: new Date().toISOString(), measurements: results.measurements };
    writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  }
}

/** @throws RangeError for a scenario that is not known */
function choose({ quick, only }: Options): readonly Scenario[] {
  const all = scenarios(quick);
  const names = all.map(({ name }) => name);
  const unknown = only?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new RangeError(
      `no scenario is named ${unknown.join(', ')}; there are ${names.join(', ')}`,
    );
  }
  return all.filter(({ name }) => only?.includes(name) ?? true);
}

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  killChildrenOnExit();
  const directory = mkdtempSync(join(tmpdir(), 'llm-proxy-bench-'));
  process.on('exit', () => {
    rmSync(directory, { recursive: true, force: true });
  });
  await runBenchmark(options, directory);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // Not just a code: children that still run would keep this process alive.
  process.exit(1);
}
