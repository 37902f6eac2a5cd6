import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../parse-config.js';
import { changedKeys } from './changed-keys.js';

const A = '{name: a, api_base: "http://up/v1", api_key: "${KEY}"}';
const B = '{name: b, type: demo}';
const BEFORE = { KEY: 'sk-secret-1', HTTP_PROXY: 'http://proxy-1' };

function changes(
  before: string,
  after: string,
  environment: Readonly<Record<string, string>> = BEFORE,
): readonly string[] {
  return changedKeys(
    parseConfig(before, { environment: BEFORE }),
    parseConfig(after, { environment }),
  );
}

describe('changedKeys', () => {
  const base = `providers: [${A}, ${B}]`;

  it.each([
    ['# just a comment', []],
    [
      'server: {body_limit: 1mb, master_api_key: x}',
      ['server.master_api_key', 'server.body_limit'],
    ],
    ['breaker: {open: 1s, failure_ratio: 0.9}', ['breaker.failure_ratio', 'breaker.open']],
    ['hedge: {after: 1s}', ['hedge']],
    ['fallbacks: {m: [n]}', ['fallbacks', 'context_fallbacks']],
    ['routing: {affinity: user}', ['routing.affinity.kind']],
    ['logging: {level: debug}', ['logging.level']],
    ['timeouts: {idle: 1s}', ['providers.a.timeouts.idle', 'providers.b.timeouts.idle']],
    ['verify_ssl: false', ['providers.a.verify_ssl']],
  ])('names what %s changes', (lines, expected) => {
    expect(changes(base, `${base}\n${lines}`)).toStrictEqual(expected);
  });

  it('names the parts of a provider, not their values', () => {
    const after = `providers:
  - {name: a, api_base: "http://other/v1", headers: {x-a: sk-secret-2}, weight: 2}
  - {name: b, type: demo, model_mapping: {m: n}}`;

    expect(changes(base, after)).toStrictEqual([
      'providers.a.weight',
      'providers.a.api_base',
      'providers.a.api_key',
      'providers.a.headers',
      'providers.b.model_mapping',
    ]);
  });

  it('sees what the environment holds', () => {
    const environment = { KEY: 'sk-secret-2', HTTP_PROXY: 'http://proxy-2' };

    expect(changes(base, base, environment)).toStrictEqual(['providers.a.api_key', 'HTTP_PROXY']);
  });

  it('says who came, who went, and when just their order has changed', () => {
    const C = '{name: "c d", type: demo}';

    expect(changes(base, `providers: [${B}, ${C}]`)).toStrictEqual([
      'providers.a (removed)',
      'providers["c d"] (added)',
    ]);
    expect(changes(base, `providers: [${B}, ${A}]`)).toStrictEqual(['providers (order)']);
  });
});
