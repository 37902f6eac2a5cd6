import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.ts';

describe("the benchmark's options", () => {
  it('may be left out', () => {
    expect(readOptions([])).toStrictEqual({
      quick: false,
      only: undefined,
      without: [],
      gateways: [],
      upstreamPort: undefined,
      json: undefined,
      compare: undefined,
      profile: undefined,
      help: false,
    });
  });

  it('take lists of names', () => {
    const { only, without } = readOptions(['--only', 'json-1,streams', '--without', 'nginx,envoy']);

    expect({ only, without }).toStrictEqual({
      only: ['json-1', 'streams'],
      without: ['nginx', 'envoy'],
    });
  });

  it('take any number of gateways', () => {
    const { gateways } = readOptions(['--gateway', 'a=http://a', '--gateway=b=http://b']);

    expect(gateways.map(({ name }) => name)).toStrictEqual(['a', 'b']);
  });

  it('refuse two gateways of one name', () => {
    expect(() => readOptions(['--gateway=a=http://a', '--gateway=a=http://b'])).toThrow(
      '--gateway a: there are two of that name',
    );
  });

  it('take a port', () => {
    expect(readOptions(['--upstream-port', '18080']).upstreamPort).toBe(18080);
  });

  it.each(['', '0', '65536', 'x', '-1', '1e3'])('refuse the port %j', (port) => {
    expect(() => readOptions([`--upstream-port=${port}`])).toThrow(
      '--upstream-port must be a port',
    );
  });

  it('refuse what is not known', () => {
    expect(() => readOptions(['--fast'])).toThrow('--fast');
  });
});
