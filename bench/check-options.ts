import { parseArgs } from 'node:util';

export const CHECK_USAGE = `Usage: npm run bench:check -- [options]

  --only NAMES   only these scenarios, separated by commas
  --write        writes bench/baseline.json anew, from this run
  --help         prints this
`;

export interface CheckOptions {
  /** Names of scenarios; undefined: all that are checked. */
  readonly only: readonly string[] | undefined;
  /** Whether the baseline is written, not compared with. */
  readonly write: boolean;
  readonly help: boolean;
}

/**
 * @throws TypeError for an option that is not known
 * @throws RangeError for a baseline of some scenarios only
 */
export function readCheckOptions(args: readonly string[]): CheckOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { only, write, help } = values;
  if (write && only !== undefined) {
    throw new RangeError('--write is for a whole run: leave --only out');
  }
  return { only: only?.split(','), write, help };
}
