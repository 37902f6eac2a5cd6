import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run bench -- [options]

  --quick           a short run, for a look at a change
  --only NAMES      only these scenarios, separated by commas
  --json FILE       write all figures of all rounds to FILE
  --profile FOLDER  write CPU profiles of the proxy into FOLDER
  --help            print this
`;

export interface Options {
  readonly quick: boolean;
  /** Names of scenarios; undefined: all. */
  readonly only: readonly string[] | undefined;
  /** Where all figures are written. */
  readonly json: string | undefined;
  /** Where CPU profiles are written. */
  readonly profile: string | undefined;
  readonly help: boolean;
}

/** @throws TypeError for an option that is not known */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { quick, only, json, profile, help } = values;
  return { quick, only: only?.split(','), json, profile, help };
}
