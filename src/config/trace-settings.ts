import { ConfigError, type ConfigProblem } from './config-error.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Which traces are kept, of those that begin here; and whether that also holds for clients' own. */
export interface Sampling {
  /** The part of the traces that is kept, 0 to 1. */
  readonly ratio: number;
  /** Whether a client's trace is kept if, and only if, the client keeps it. */
  readonly followsClient: boolean;
}

/** How traces are exported. Everything else is between the SDK and the environment. */
export interface TraceSettings {
  readonly encoding: 'protobuf' | 'json';
  readonly sampling: Sampling;
  /** Where spans go: scheme, host and port, which hold no secret. */
  readonly origin: string;
}

const ENCODINGS: Readonly<Record<string, TraceSettings['encoding']>> = {
  'http/protobuf': 'protobuf',
  'http/json': 'json',
};

/** The samplers of the specification that this program has, by what they do without a client's trace. */
const SAMPLERS: Readonly<Record<string, 'all' | 'none' | 'ratio'>> = {
  always_on: 'all',
  always_off: 'none',
  traceidratio: 'ratio',
};
const FOLLOWS_CLIENT = 'parentbased_';
const DEFAULT_SAMPLER = 'parentbased_always_on';

/**
 * Reads those of OpenTelemetry's variables that decide whether, and how, this program traces
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). A blank
 * variable counts as unset.
 *
 * @returns undefined when nothing is to be traced
 * @throws ConfigError when something is asked for that this program does not have
 */
export function traceSettings(environment: Environment): TraceSettings | undefined {
  const read = (...names: readonly string[]): Variable | undefined =>
    variableOf(environment, names);
  const endpoint = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT');
  const exporter = read('OTEL_TRACES_EXPORTER');
  const isDisabled = read('OTEL_SDK_DISABLED')?.value.toLowerCase() === 'true';
  if (endpoint === undefined || isDisabled || exporter?.value === 'none') {
    return undefined;
  }
  const protocol = read('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL');
  const encoding = protocol === undefined ? 'protobuf' : ENCODINGS[protocol.value];
  const origin = originOf(endpoint.value);
  const sampling = samplingOf(read('OTEL_TRACES_SAMPLER'), read('OTEL_TRACES_SAMPLER_ARG'));
  const problems = [
    exporter !== undefined && exporter.value !== 'otlp'
      ? problem(exporter, 'only otlp is supported', 'set it to otlp, or to none')
      : undefined,
    encoding === undefined ? unknownProtocol(protocol) : undefined,
    origin === undefined
      ? problem(endpoint, 'must be an http:// or https:// URL', 'e.g. http://collector:4318')
      : undefined,
    'ratio' in sampling ? undefined : sampling,
  ].filter((found) => found !== undefined);
  if (encoding === undefined || origin === undefined || !('ratio' in sampling) || problems[0]) {
    throw new ConfigError(problems);
  }
  return { encoding, sampling, origin };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** @returns the first of them that is set */
function variableOf(environment: Environment, names: readonly string[]): Variable | undefined {
  return names
    .map((name) => ({ name, value: environment[name]?.trim() ?? '' }))
    .find(({ value }) => value !== '');
}

/** What the variable holds is not repeated: a URL may hold a password. */
function problem({ name }: Pick<Variable, 'name'>, message: string, remedy: string): ConfigProblem {
  return { file: 'environment', path: name, message, remedy };
}

function unknownProtocol(protocol: Variable | undefined): ConfigProblem {
  return problem(
    protocol ?? { name: 'OTEL_EXPORTER_OTLP_PROTOCOL' },
    protocol?.value === 'grpc' ? 'grpc is not supported' : 'is no known protocol',
    "set it to http/protobuf or http/json, and the endpoint to the collector's HTTP port (usually 4318)",
  );
}

function originOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  return parsed !== null && /^https?:$/.test(parsed.protocol) ? parsed.origin : undefined;
}

function samplingOf(
  sampler: Variable = { name: 'OTEL_TRACES_SAMPLER', value: DEFAULT_SAMPLER },
  argument: Variable = { name: 'OTEL_TRACES_SAMPLER_ARG', value: '1' },
): Sampling | ConfigProblem {
  const followsClient = sampler.value.startsWith(FOLLOWS_CLIENT);
  const name = followsClient ? sampler.value.slice(FOLLOWS_CLIENT.length) : sampler.value;
  const ratio = Number(argument.value);
  switch (SAMPLERS[name]) {
    case 'all':
      return { ratio: 1, followsClient };
    case 'none':
      return { ratio: 0, followsClient };
    case 'ratio':
      return ratio >= 0 && ratio <= 1
        ? { ratio, followsClient }
        : problem(argument, 'must be a number from 0 to 1', 'e.g. 0.1 for every tenth trace');
    default:
      return problem(
        sampler,
        'is no known sampler',
        'set it to parentbased_always_on, parentbased_traceidratio, parentbased_always_off, or one of these without parentbased_',
      );
  }
}
