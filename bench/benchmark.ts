import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contender, SUBJECT } from './contenders/contender.ts';
import { llmProxy } from './contenders/llm-proxy.ts';
import { passThrough } from './contenders/pass-through.ts';
import { direct, startUpstream } from './contenders/upstream.ts';
import { workerContenders } from './contenders/workers.ts';
import { killChildrenOnExit } from './machine/child.ts';
import { planCores } from './machine/cores.ts';
import { machineLine } from './report/machine-line.ts';
import { BenchmarkRun } from './run.ts';
import { LoadGenerator } from './scenarios/load-generator.ts';
import { type Measurements, Results } from './scenarios/results.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { JSON_ANSWER } from './traffic/answer-plan.ts';

export interface BenchmarkOptions {
  readonly chosen: readonly Scenario[];
  /** Where CPU profiles of this proxy are written; undefined: none are. */
  readonly profile?: string | undefined;
  /** Where the fake provider listens; undefined: anywhere. */
  readonly upstreamPort?: number | undefined;
  /** @returns who takes part besides this proxy, the bare pass-through and nobody at all */
  readonly others?: (place: ContendersPlace) => readonly Contender[];
}

/** What a contender needs to know of where it runs. */
export interface ContendersPlace {
  /** For configurations and other files; it is gone afterwards. */
  readonly directory: string;
  /** Origin of the fake provider. */
  readonly upstream: string;
  /** The core that all proxies are bound to; undefined: none. */
  readonly core: number | undefined;
}

/** What came of a run. */
export interface Report {
  /** What it ran on. */
  readonly machine: string;
  /** Who took part in all but `workers`, in the order of the table. */
  readonly contenders: readonly string[];
  readonly measurements: Measurements;
}

/** Runs the benchmark once, and says on standard error how far it is. */
export async function benchmark(options: BenchmarkOptions): Promise<Report> {
  killChildrenOnExit();
  const { chosen, profile, upstreamPort, others = () => [] } = options;
  const plan = planCores();
  const upstream = await startUpstream(plan.upstream, upstreamPort);
  const load = new LoadGenerator(plan.load);
  const place = { directory: temporaryFolder(), upstream: upstream.url, core: plan.proxy };
  const answers = answersOf(chosen);
  const contenders = [
    direct(upstream),
    passThrough(place.upstream, place.core),
    llmProxy({ ...place, name: SUBJECT, workers: 1, answers, profiles: profile }),
    ...others(place),
  ];
  const say = (text: string): void => {
    process.stderr.write(`${text}
`);
  };
  const bench = { load, upstream, say };
  const ofWorkers = chosen.filter(({ kind }) => kind === 'workers');
  const ofProxies = chosen.filter(({ kind }) => kind !== 'workers');
  const results = new Results();
  // The workers start when the proxies have ended: neither is there while the others are measured.
  await new BenchmarkRun(bench, contenders, ofProxies).run(results);
  const workers = workerContenders({ ...place, answers });
  await new BenchmarkRun(bench, workers, ofWorkers).run(results);
  await load.child.stop();
  await upstream.stop();
  return {
    machine: machineLine(plan),
    contenders: contenders.map(({ name }) => name),
    measurements: results.measurements,
  };
}

/** @returns all answers that are asked for: each is a model of its own */
function answersOf(chosen: readonly Scenario[]): Scenario['traffic']['answer'][] {
  const asked = chosen.flatMap(({ traffic, besides }) => [traffic, ...besides]);
  return [JSON_ANSWER, ...asked.map(({ answer }) => answer)];
}

function temporaryFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'llm-proxy-bench-'));
  process.on('exit', () => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}
