import { describe, expect, it } from '@jest/globals';
import { describeConfig } from './describe-config.js';
import { parseConfig } from './parse-config.js';

describe('describeConfig', () => {
  it('says what would run, and where keys come from', () => {
    const config = parseConfig(
      `server: {host: "::1", port: 0, master_api_key: "\${MASTER}"}
providers:
  - name: main
    api_base: https://up.example/v1
    api_key: \${KEY}
    weight: 2
    model_mapping: {gpt-4o: gpt-4o-2024-11-20, "gpt-*": "gpt-*"}
    headers: {X-Team: sk-3}
    proxy: direct
    verify_ssl: false
  - {name: other, api_base: "http://other/v1", api_key: sk-2, proxy: "http://u:sk-4@p:1"}
  - {name: open, api_base: "http://open/v1"}
  - {name: toy, type: demo, model_mapping: {demo: demo}}`,
      { path: '/etc/llm/config.yaml', environment: { KEY: 'sk-1', MASTER: 'sk-0' } },
    );

    const description = describeConfig(config);

    expect(description.split('\n')).toStrictEqual([
      'configuration  /etc/llm/config.yaml',
      'address        http://[::1]:<any free port>',
      'master key     from ${MASTER}',
      'providers',
      '  main: openai, https://up.example/v1, key from ${KEY}, header x-team in the file, certificates not verified, no proxy, weight 2 (40.0 %)',
      '    gpt-4o -> gpt-4o-2024-11-20',
      '    gpt-* -> gpt-*',
      '  other: openai, http://other/v1, key in the file, proxy in the file, weight 1 (20.0 %)',
      '    any model, under its own name',
      '  open: openai, http://open/v1, no key, weight 1 (20.0 %)',
      '    any model, under its own name',
      '  toy: demo, built in, weight 1 (20.0 %)',
      '    demo -> demo',
      'routing        weighted',
    ]);
    expect(description).not.toMatch(/sk-\d/);
  });

  it('says what is done about providers that fail', () => {
    const config = parseConfig(`providers: [{name: a, api_base: "http://up/v1"}]
routing: {strategy: fastest, affinity: header X-Session-Id}
fallbacks: {large: [small, tiny], same: [other]}
context_fallbacks: {small: [large], same: [other]}
hedge: {after: 2s}
stream_recovery: resume`);

    expect(describeConfig(config).split('\n').slice(-8)).toStrictEqual([
      'routing        fastest, kept together by header x-session-id',
      'fallbacks',
      '  large -> small, tiny',
      '  same -> other',
      'for long requests',
      '  small -> large',
      'hedging        after 2000 ms',
      'broken streams are resumed',
    ]);
  });

  it('shows no key that stands in another place, too', () => {
    const config = parseConfig(
      'providers: [{name: a, api_base: "http://up/${KEY}/v1", api_key: "${KEY}", ' +
        'model_mapping: {m: "${KEY}"}}]',
      { environment: { KEY: 'sk-0123456789' } },
    );

    const description = describeConfig(config);

    expect(description).not.toContain('sk-0123456789');
    expect(description).toContain('http://up/[key from ${KEY}]/v1');
  });

  it('says when anyone may use the proxy', () => {
    const config = parseConfig('providers: [{name: d, type: demo}]');

    expect(describeConfig(config)).toContain('master key     none: anyone may use the proxy');
  });
});
