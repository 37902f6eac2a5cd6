import { availableParallelism } from 'node:os';
import { openFileLimit } from './machine/file-limit.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** Files that a process has open beside its connections. */
const OTHER_FILES = 200;

/** What this machine gives to processes. */
export interface Limits {
  /** That one may have. */
  readonly openFiles: number;
  /** That all together may use. */
  readonly cores: number;
}

/** What can be measured here, and what cannot. */
export interface Choice {
  readonly chosen: readonly Scenario[];
  /** For each scenario that is left out, why. */
  readonly leftOut: readonly string[];
}

/**
 * @param only - names of scenarios; undefined: all
 * @throws RangeError for a scenario that is not known, or when none can be run
 */
export function choose(
  all: readonly Scenario[],
  only: readonly string[] | undefined,
  limits: Limits = { openFiles: openFileLimit(), cores: availableParallelism() },
): Choice {
  const names = all.map(({ name }) => name);
  const unknown = only?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new RangeError(
      `no scenario is named ${unknown.join(', ')}; there are ${names.join(', ')}`,
    );
  }
  const wanted = all.filter(({ name }) => only?.includes(name) ?? true);
  const leftOut = wanted.flatMap((scenario) => obstacles(scenario, limits));
  const chosen = wanted.filter((scenario) => obstacles(scenario, limits).length === 0);
  if (chosen.length === 0) {
    throw new RangeError(leftOut.join('\n'));
  }
  return { chosen, leftOut };
}

/** @returns why a scenario cannot be measured here; none where it can */
function obstacles(scenario: Scenario, { openFiles, cores }: Limits): readonly string[] {
  const { name, kind } = scenario;
  const files = filesFor(scenario);
  return [
    ...(files > openFiles
      ? [
          `${name} needs ${files} open files a process, and may have ${openFiles}: ` +
            'raise the limit (ulimit -Hn) to run it',
        ]
      : []),
    ...(kind === 'workers' && cores < 2
      ? [`${name} needs two cores, and there is one: a second worker has nothing to run on`]
      : []),
  ];
}

/** A proxy has two sockets for each connection of the load generator. */
function filesFor({ traffic, besides }: Scenario): number {
  const connections = [traffic, ...besides].reduce((sum, one) => sum + one.connections, 0);
  return 2 * connections + OTHER_FILES;
}
