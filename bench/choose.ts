import { openFileLimit } from './machine/file-limit.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** Files that a process has open beside its connections. */
const OTHER_FILES = 200;

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
  fileLimit = openFileLimit(),
): Choice {
  const names = all.map(({ name }) => name);
  const unknown = only?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new RangeError(
      `no scenario is named ${unknown.join(', ')}; there are ${names.join(', ')}`,
    );
  }
  const wanted = all.filter(({ name }) => only?.includes(name) ?? true);
  const tooLarge = wanted.filter((scenario) => filesFor(scenario) > fileLimit);
  const leftOut = tooLarge.map(
    (scenario) =>
      `${scenario.name} needs ${filesFor(scenario)} open files a process, and may have ` +
      `${fileLimit}: raise the limit (ulimit -Hn) to run it`,
  );
  const chosen = wanted.filter((scenario) => !tooLarge.includes(scenario));
  if (chosen.length === 0) {
    throw new RangeError(leftOut.join('\n'));
  }
  return { chosen, leftOut };
}

/** A proxy has two sockets for each connection of the load generator. */
function filesFor({ traffic, besides }: Scenario): number {
  const connections = [traffic, ...besides].reduce((sum, one) => sum + one.connections, 0);
  return 2 * connections + OTHER_FILES;
}
