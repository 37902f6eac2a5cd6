import { describe, expect, it } from '@jest/globals';
import { ConfigError } from './config-error.js';
import { traceSettings } from './trace-settings.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

function problemsOf(environment: Readonly<Record<string, string>>): string {
  try {
    traceSettings({ ...ENDPOINT, ...environment });
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.format();
    }
    throw error;
  }
  return '';
}

describe('traceSettings', () => {
  it.each([
    ['no variable', {}],
    ['a blank endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
    ['an endpoint for metrics', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector:4318' }],
    ['the SDK disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }],
    ['no exporter of traces', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
    [
      'a mistake in what is switched off',
      { ...ENDPOINT, OTEL_SDK_DISABLED: 'true', OTEL_TRACES_SAMPLER: 'x' },
    ],
  ])('traces nothing with %s', (_name, environment) => {
    expect(traceSettings(environment)).toBeUndefined();
  });

  it('traces all that the client does not leave out, in protobuf, unless told otherwise', () => {
    expect(traceSettings(ENDPOINT)).toStrictEqual({
      encoding: 'protobuf',
      sampling: { ratio: 1, followsClient: true },
      origin: 'http://collector:4318',
    });
  });

  it('prefers what is said of traces to what is said of all signals', () => {
    const settings = traceSettings({
      ...ENDPOINT,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://user:password@traces.example/v1/traces?key=1',
    });

    expect(settings).toMatchObject({ encoding: 'json', origin: 'https://traces.example' });
  });

  it.each([
    ['always_on', undefined, { ratio: 1, followsClient: false }],
    ['always_off', undefined, { ratio: 0, followsClient: false }],
    ['traceidratio', '0.25', { ratio: 0.25, followsClient: false }],
    ['traceidratio', undefined, { ratio: 1, followsClient: false }],
    ['parentbased_always_on', undefined, { ratio: 1, followsClient: true }],
    ['parentbased_always_off', undefined, { ratio: 0, followsClient: true }],
    ['parentbased_traceidratio', '0', { ratio: 0, followsClient: true }],
  ])('samples by %s with %s', (sampler, argument, sampling) => {
    const environment = {
      ...ENDPOINT,
      OTEL_TRACES_SAMPLER: sampler,
      OTEL_TRACES_SAMPLER_ARG: argument,
    };

    expect(traceSettings(environment)).toMatchObject({ sampling });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'grpc is not supported; set it to http/protobuf'],
    [
      'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
      'secret',
      'is no known protocol; set it to http/protobuf',
    ],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'secret:4318', 'must be an http:// or https:// URL'],
    ['OTEL_TRACES_EXPORTER', 'zipkin', 'only otlp is supported; set it to otlp, or to none'],
    ['OTEL_TRACES_SAMPLER', 'secret', 'is no known sampler; set it to parentbased_always_on'],
    ['OTEL_TRACES_SAMPLER', 'parentbased_secret', 'is no known sampler'],
  ])('refuses %s=%s, with a remedy', (name, value, words) => {
    const problems = problemsOf({ [name]: value });

    expect(problems).toMatch(new RegExp(`^environment: ${name}: ${words}`));
    expect(problems).not.toContain('secret');
  });

  it.each(['-0.1', '1.1', 'half'])('refuses the ratio %s', (ratio) => {
    const environment = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: ratio };

    expect(problemsOf(environment)).toMatch(/^environment: OTEL_TRACES_SAMPLER_ARG: must be/);
  });

  it('tells all mistakes at once, each on its line', () => {
    const problems = problemsOf({
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector',
      OTEL_TRACES_SAMPLER: 'x',
    });

    expect(problems.split('\n')).toHaveLength(4);
  });
});
