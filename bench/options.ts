import { parseArgs } from 'node:util';
import type { Gateway } from './contenders/gateway.ts';
import { readGateway } from './contenders/gateway-option.ts';

export const USAGE = `Usage: npm run bench -- [options]

  --quick                a short run, for a look at a change
  --only NAMES           only these scenarios, separated by commas
  --without NAMES        without these contenders: nginx, envoy
  --gateway NAME=URL[,key=…][,pid=…][,header:NAME=…]
                         measures this gateway, too, which runs already; may be given again
  --upstream-port PORT   where the fake provider listens, for a gateway to be pointed at
  --json FILE            writes all figures of all rounds to FILE
  --compare FILE         says what has changed since the run that wrote FILE
  --profile FOLDER       writes CPU profiles of the proxy into FOLDER
  --help                 prints this
`;

export interface Options {
  readonly quick: boolean;
  /** Names of scenarios; undefined: all. */
  readonly only: readonly string[] | undefined;
  /** Names of installed proxies that are not asked. */
  readonly without: readonly string[];
  readonly gateways: readonly Gateway[];
  /** Undefined: any. */
  readonly upstreamPort: number | undefined;
  /** Where all figures are written. */
  readonly json: string | undefined;
  /** Where the figures of another run are. */
  readonly compare: string | undefined;
  /** Where CPU profiles are written. */
  readonly profile: string | undefined;
  readonly help: boolean;
}

/**
 * @throws TypeError for an option that is not known
 * @throws RangeError for a value that is none
 */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      without: { type: 'string' },
      gateway: { type: 'string', multiple: true, default: [] },
      'upstream-port': { type: 'string' },
      json: { type: 'string' },
      compare: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { quick, only, without, gateway, json, compare, profile, help } = values;
  return {
    quick,
    only: only?.split(','),
    without: without?.split(',') ?? [],
    gateways: distinct(gateway.map(readGateway)),
    upstreamPort: readPort(values['upstream-port']),
    json,
    compare,
    profile,
    help,
  };
}

function distinct(gateways: readonly Gateway[]): readonly Gateway[] {
  const twice = gateways.find((one, index) => gateways.findIndex(hasNameOf(one)) !== index);
  if (twice !== undefined) {
    throw new RangeError(`--gateway ${twice.name}: there are two of that name`);
  }
  return gateways;
}

function hasNameOf({ name }: Gateway): (other: Gateway) => boolean {
  return (other) => other.name === name;
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (!/^\d{1,5}$/.test(text) || Number(text) === 0 || Number(text) > 65_535) {
    throw new RangeError(`--upstream-port must be a port, not ${JSON.stringify(text)}`);
  }
  return Number(text);
}
