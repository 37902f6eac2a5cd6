import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run soak -- [options]

  --minutes N   how long, 2 unless given
  --seed N      what chance goes by; a new one unless given
  --help        print this
`;

export interface SoakOptions {
  /** How long clients ask; above 0. */
  readonly minutes: number;
  /** What chance goes by; undefined: a new one. */
  readonly seed: number | undefined;
  readonly help: boolean;
}

/**
 * @throws TypeError for an option that is not known
 * @throws RangeError for a value that is none
 */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '2' },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { minutes, seed, help } = values;
  if (!/^\d+(\.\d+)?$/.test(minutes) || Number(minutes) === 0) {
    throw new RangeError(`--minutes must be a number above 0, not ${JSON.stringify(minutes)}`);
  }
  if (seed !== undefined && !(/^\d+$/.test(seed) && Number(seed) < 2 ** 32)) {
    throw new RangeError(
      `--seed must be a whole number from 0 to 4294967295, not ${JSON.stringify(seed)}`,
    );
  }
  return { minutes: Number(minutes), seed: seed === undefined ? undefined : Number(seed), help };
}
