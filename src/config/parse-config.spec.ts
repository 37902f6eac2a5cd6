import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inspect } from 'node:util';
import { ConfigError } from './config-error.js';
import { parseConfig, type ParseOptions } from './parse-config.js';
import { Secret } from './secret.js';

const UPSTREAM = 'providers: [{name: a, api_base: "http://up/v1"}]';

/** The configuration of one provider with these further lines at the top level. */
function withTop(lines: string): string {
  return `${UPSTREAM}\n${lines}`;
}

/** The configuration of one provider with this further setting of its own. */
function withProvider(setting: string): string {
  return `providers:\n  - name: a\n    api_base: http://up/v1\n    ${setting}`;
}

function problemsOf(yaml: string, options?: ParseOptions): readonly string[] {
  try {
    parseConfig(yaml, options);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.format().split('\n');
    }
    throw error;
  }
  return [];
}

describe('parseConfig', () => {
  it('reads the file of the seed unchanged', () => {
    const config = parseConfig(
      `providers:
  - name: provider-1
    api_base: "\${API_BASE_URL}"
    api_key: "\${API_KEY_1}"
    weight: 2                      # default 1
    model_mapping:                 # client's name: provider's name
      claude-4.5-sonnet: actual-model-name
server:
  host: 0.0.0.0
  port: 18000
  master_api_key: "\${MASTER_API_KEY}"
verify_ssl: true
`,
      { environment: { API_BASE_URL: 'http://up/v1/', API_KEY_1: 'sk-1', MASTER_API_KEY: '' } },
    );

    expect(config.providers[0]).toMatchObject({
      name: 'provider-1',
      type: 'openai',
      apiBase: 'http://up/v1',
      weight: 2,
      modelMapping: new Map([['claude-4.5-sonnet', 'actual-model-name']]),
      verifySsl: true,
    });
    expect(config.providers[0]).toHaveProperty('apiKey.origin', 'from ${API_KEY_1}');
    expect(config.server).toMatchObject({ host: '0.0.0.0', port: 18000, masterApiKey: undefined });
  });

  it('fills in every default', () => {
    const config = parseConfig(UPSTREAM);

    expect(config).toMatchObject({
      server: {
        host: '0.0.0.0',
        port: 18_000,
        workers: 1,
        bodyLimit: 33_554_432,
        shutdownTimeout: 30_000,
        drainDelay: 0,
        cors: { origins: '*' },
        routingHeaders: true,
        portal: true,
      },
      routing: { strategy: 'weighted', affinity: { kind: 'none' } },
      retry: {
        attempts: 3,
        maxWait: 10_000,
        backoff: 500,
        maxBackoff: 8000,
        budget: 0.2,
        budgetFloor: 10,
      },
      fallbacks: new Map(),
      contextFallbacks: new Map(),
      breaker: {
        failureRatio: 0.5,
        minSamples: 10,
        consecutiveFailures: 5,
        window: 30_000,
        openFor: 5000,
        maxOpen: 30_000,
        probes: 1,
      },
      hedge: undefined,
      streamRecovery: 'error',
      resume: { maxBytes: 262_144 },
      streamKeepalive: 15_000,
      health: { detailedRequiresKey: false },
      metrics: { requiresKey: false },
      logging: { level: 'info', format: 'auto' },
      environmentProxies: {},
    });
    expect(config.providers[0]).toStrictEqual({
      name: 'a',
      type: 'openai',
      weight: 1,
      modelMapping: new Map(),
      timeouts: { connect: 5000, firstToken: 60_000, idle: 60_000, total: 600_000 },
      apiBase: 'http://up/v1',
      apiKey: undefined,
      headers: new Map(),
      verifySsl: true,
      ca: undefined,
      proxy: 'environment',
      streamUsage: true,
      supportsPrefill: false,
    });
  });

  it('reads a demo provider', () => {
    const config = parseConfig(
      'providers: [{name: d, type: demo, tokens_per_second: 0, latency: 1.5s, response_tokens: 9}]',
    );

    expect(config.providers[0]).toMatchObject({
      type: 'demo',
      tokensPerSecond: 0,
      latency: 1500,
      responseTokens: 9,
    });
  });

  it('freezes what it gives', () => {
    const config = parseConfig(UPSTREAM);

    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.providers[0]?.timeouts)).toBe(true);
    expect(Object.isFrozen(config.providers[0]?.modelMapping)).toBe(true);
  });

  it('lets a provider override the timeouts key by key, and verify_ssl', () => {
    const config = parseConfig(
      `timeouts: {connect: 1s, idle: 500ms}
verify_ssl: off
providers:
  - {name: a, api_base: "http://up", timeouts: {idle: 2m, total: 0.5}, verify_ssl: on}
  - {name: b, api_base: "http://up"}`,
    );

    expect(config.providers).toMatchObject([
      {
        timeouts: { connect: 1000, firstToken: 60_000, idle: 120_000, total: 500 },
        verifySsl: true,
      },
      { timeouts: { connect: 1000, idle: 500 }, verifySsl: false },
    ]);
  });

  it('reads numbers, booleans, durations and sizes that variables hold', () => {
    const config = parseConfig(
      withTop('server: {port: "${PORT_NUMBER}", body_limit: "${LIMIT}"}\nverify_ssl: "${VERIFY}"'),
      { environment: { PORT_NUMBER: '8080', LIMIT: '1.5MB', VERIFY: 'No' } },
    );

    expect(config.server).toMatchObject({ port: 8080, bodyLimit: 1_572_864 });
    expect(config.providers[0]).toHaveProperty('verifySsl', false);
  });

  it.each([
    ['HOST', '127.0.0.1', 'server.host', '127.0.0.1'],
    ['PORT', '0', 'server.port', 0],
    ['VERIFY_SSL', 'NO', 'providers.0.verifySsl', false],
    ['LOG_LEVEL', 'DEBUG', 'logging.level', 'debug'],
  ])('lets %s override the file', (variable, value, path, expected) => {
    const yaml = withTop('server: {host: h, port: 1}\nverify_ssl: true\nlogging: {level: warn}');

    expect(parseConfig(yaml, { environment: { [variable]: value } })).toHaveProperty(
      path,
      expected,
    );
  });

  it('takes a key without a value for a key that is not there', () => {
    const config = parseConfig(withTop('server:\nverify_ssl:\nlogging:\n  level:'));

    expect(config).toMatchObject({ server: { port: 18_000 }, logging: { level: 'info' } });
  });

  it.each(['', '   ', '"\\n"'])('takes the blank key %j for none', (key) => {
    const config = parseConfig(withProvider(`api_key: ${key}`));

    expect(config.providers[0]).toHaveProperty('apiKey', undefined);
  });

  it.each([
    ['"*"', { origins: '*' }],
    ['true', { origins: '*' }],
    ['["*"]', { origins: '*' }],
    ['false', false],
    ['off', false],
    [
      '["https://App.example/", "http://localhost:3000"]',
      { origins: ['https://app.example', 'http://localhost:3000'] },
    ],
    [
      '"https://a.example, https://b.example"',
      { origins: ['https://a.example', 'https://b.example'] },
    ],
    ['tauri://localhost', { origins: ['tauri://localhost'] }],
  ])('reads cors: %s', (written, expected) => {
    expect(parseConfig(withTop(`server: {cors: ${written}}`)).server.cors).toStrictEqual(expected);
  });

  it('lower-cases header names and leaves out blank headers', () => {
    const config = parseConfig(withProvider('headers: {X-Team: "t", X-Unset: "${NOPE:-}"}'));

    expect(config.providers[0]).toHaveProperty('headers', new Map([['x-team', new Secret('t')]]));
  });

  it.each([
    ['direct', 'direct'],
    ['environment', 'environment'],
  ])('reads proxy: %s', (written, expected) => {
    expect(parseConfig(withProvider(`proxy: ${written}`)).providers[0]).toHaveProperty(
      'proxy',
      expected,
    );
  });

  it('keeps the URL of a proxy secret, for it may hold a password', () => {
    const config = parseConfig(withProvider('proxy: http://user:hunter2@proxy:3128'));

    expect(inspect(config, { depth: 9, showHidden: true })).not.toContain('hunter2');
    expect(JSON.stringify(config)).not.toContain('hunter2');
  });

  it.each([['gpt-*: gpt-*'], ['"*": "*"'], ['"*": gpt-4o'], ['claude-*: anthropic/claude-*']])(
    'accepts the mapping %s',
    (mapping) => {
      expect(problemsOf(withProvider(`model_mapping: {${mapping}}`))).toStrictEqual([]);
    },
  );
});

describe('parseConfig on mistakes', () => {
  it.each([
    ['plugins: 3', 'config.yaml: plugins: is not a known key; known here: providers,'],
    ['retry: 3', 'config.yaml: retry: must be a mapping of keys to values'],
    ['sever: {}', 'config.yaml: sever: is not a known key; did you mean server?'],
    ['server: {prot: 1}', 'config.yaml: server.prot: is not a known key; did you mean port?'],
    ['server: 3', 'config.yaml: server: must be a mapping of keys to values'],
    [
      'server: {master_api_key: "two words"}',
      'server.master_api_key: must hold no white space: no',
    ],
    ['server: {port: 70000}', 'server.port: must be a whole number from 0 to 65535, not 70000'],
    ['server: {port: 1.5}', 'server.port: must be a whole number from 0 to 65535, not 1.5'],
    ['server: {port: .inf}', 'server.port: must be a whole number from 0 to 65535'],
    ['server: {host: "a:80"}', 'server.host: must be an IP address or a host name, without port'],
    ['server: {host: "[::1]"}', 'server.host: must be an IP address or a host name, without port'],
    [
      'server: {workers: 0}',
      'server.workers: must be a whole number from 1 to 64, or auto, not 0;',
    ],
    ['server: {workers: 1.5}', 'server.workers: must be a whole number from 1 to 64, or auto, not'],
    ['server: {workers: all}', 'or auto, not "all"; auto is one for each core'],
    ['server: {body_limit: 0}', 'server.body_limit: must be a size from 1 byte to 1gb, not 0;'],
    ['server: {body_limit: 5x}', 'server.body_limit: must be a size from 1 byte to 1gb, not "5x"'],
    ['server: {shutdown_timeout: -1}', 'shutdown_timeout: must be a duration, not -1; write 500ms'],
    ['server: {drain_delay: 30d}', 'server.drain_delay: must be a duration, not "30d"; write'],
    ['server: {master_api_key: 123}', 'server.master_api_key: must be text; put it in quotes'],
    ['server: {cors: [https://a/b]}', 'server.cors: must be "*", false, or a list of origins;'],
    ['server: {cors: []}', 'server.cors: must be "*", false, or a list of origins;'],
    ['server: {cors: ["*", "https://a"]}', 'server.cors: must be "*", false, or a list of origins'],
    ['timeouts: {idle: 0}', 'timeouts.idle: must be longer than nothing, not 0'],
    ['timeouts: {total: 600h}', 'timeouts.total: must be at most 24.8 days, not "600h"'],
    [
      'timeouts: {first: 1}',
      'timeouts.first: is not a known key; known here: connect, first_token',
    ],
    ['verify_ssl: maybe', 'verify_ssl: must be true or false, not "maybe"; yes, on, 1'],
    ['logging: {level: loud}', 'logging.level: must be one of fatal, error, warn, info, debug, tr'],
    ['health: {detailed: true}', 'health.detailed: is not a known key; known here: detailed_req'],
  ])('explains %s', (lines, message) => {
    const problems = problemsOf(withTop(lines));

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it.each([
    ['weight: 0', 'weight: must be a whole number from 1 to 10000, not 0; to give a provider no'],
    ['weight: many', 'providers[0].weight: must be a whole number from 1 to 10000, not "many"'],
    ['wieght: 2', 'providers[0].wieght: is not a known key; did you mean weight?'],
    ['apiKey: x', 'providers[0].apiKey: is not a known key; did you mean api_key?'],
    ['type: bard', 'providers[0].type: must be openai or demo, not "bard"; openai is any server'],
    ['type: opnai', 'providers[0].type: must be openai or demo, not "opnai"; did you mean openai?'],
    ['latency: 1s', 'providers[0].latency: is not a known key; known here: type, name, weight'],
    ['api_key: [x]', 'providers[0].api_key: must be text; put it in quotes'],
    ['api_key: "a\\nb"', 'providers[0].api_key: must be one line of printable ASCII characters'],
    ['headers: [x]', 'providers[0].headers: must be a mapping of header names to values'],
    ['headers: {Host: x}', 'providers[0].headers.Host: is set by the proxy itself; remove it'],
    ['headers: {"a b": x}', 'providers[0].headers["a b"]: is not a valid header name'],
    ['headers: {A: x, a: y}', 'providers[0].headers.a: was given before; upper and lower case'],
    ['headers: {A: 1}', 'providers[0].headers.A: must be text; put it in quotes'],
    ['proxy: socks5://p:1', 'providers[0].proxy: must be direct, environment, or the http(s) URL'],
    ['proxy: http://p/x', 'providers[0].proxy: must be direct, environment, or the http(s) URL'],
    ['ca_file: nope.pem', 'providers[0].ca_file: names a file that does not exist; a relative'],
    ['ca_file: package.json', 'providers[0].ca_file: names a file without valid certificates'],
    ['ca_file: src', 'providers[0].ca_file: names a file that cannot be read (EISDIR)'],
    ['model_mapping: [x]', "model_mapping: must be a mapping of the client's names to the"],
    ['model_mapping: {gpt: 4.1}', 'providers[0].model_mapping.gpt: must be text; put it in quotes'],
    ['model_mapping: {gpt: }', 'providers[0].model_mapping.gpt: is empty'],
    ['model_mapping: {"": x}', 'providers[0].model_mapping[""]: the name to map is empty'],
    [
      'model_mapping: {"g*4": x}',
      'model_mapping["g*4"]: must have a * only at the end of the name',
    ],
    ['model_mapping: {"g*": "*x"}', 'model_mapping["g*"]: must map to a name with a * only at its'],
    ['model_mapping: {g: "x*"}', 'model_mapping.g: maps one name to a name with a *, which stands'],
  ])('explains a provider with %s', (setting, message) => {
    const problems = problemsOf(withProvider(setting));

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it.each([
    ['', 'is empty'],
    ['localhost:8000/v1', 'must be a URL that starts with http:// or https://'],
    ['ftp://up/v1', 'must be a URL that starts with http:// or https://'],
    ['http://up/a b', 'must be a URL that starts with http:// or https://'],
    ['http://:80', 'must be a URL that starts with http:// or https://'],
    ['http://user:pass@up/v1', 'must hold no user or password; use api_key or headers'],
    ['http://up/v1?', 'must have no query (?) and no fragment (#)'],
    ['http://up/v1#a', 'must have no query (?) and no fragment (#)'],
    ['http://up/v1/chat/completions', 'must be the base of all endpoints; leave out'],
  ])('explains the api_base %j', (base, message) => {
    const [problem] = problemsOf(`providers: [{name: a, api_base: "${base}"}]`);

    expect(problem).toContain(`config.yaml: providers[0].api_base: ${message}`);
  });

  it.each([
    ['{}', 'config.yaml: providers: is missing'],
    ['providers:', 'config.yaml: providers: is missing'],
    ['providers: []', 'config.yaml: providers: must hold at least one provider'],
    ['providers: {a: 1}', 'config.yaml: providers: must be a list of providers'],
    ['providers: [x]', 'config.yaml: providers[0]: must be a mapping of keys to values'],
    ['providers: [null]', 'config.yaml: providers[0]: must be a mapping of keys to values'],
    ['just text', 'config.yaml: must be a mapping of keys to values'],
    ['[1]', 'config.yaml: must be a mapping of keys to values'],
  ])('explains the document %s', (yaml, message) => {
    expect(problemsOf(yaml)).toStrictEqual([message]);
  });

  it('reserves the name by which metrics mean no provider', () => {
    expect(problemsOf('providers: [{name: none, type: demo}]')[0]).toContain('must not be "none"');
  });

  it('refuses two keys in one request', () => {
    const yaml = withProvider('api_key: x\n    headers: {Authorization: y}');

    expect(problemsOf(yaml)[0]).toContain('headers: sends an authorization beside that of api_key');
  });

  it('shows all mistakes at once, each in one line, whichever check finds them', () => {
    const problems = problemsOf(
      `providers:
  - {name: same, api_base: "http://up", weight: 0, ca_file: nope.pem}
  - {name: same, api_base: "\${NOPE}", api_key: "\${", oops: 1, also: 2}
  - {type: demo, api_base: x}
server: {port: x}`,
      { environment: { LOG_LEVEL: 'loud', HTTPS_PROXY: 'socks5://p' } },
    );

    expect(problems.map((line) => line.split(': ').slice(0, 2).join(': '))).toStrictEqual([
      'config.yaml: providers[1].api_base',
      'config.yaml: providers[1].api_key',
      'config.yaml: providers[0].weight',
      'config.yaml: providers[1].oops',
      'config.yaml: providers[1].also',
      'config.yaml: providers[2].name',
      'config.yaml: providers[2].api_base',
      'config.yaml: server.port',
      'environment: LOG_LEVEL',
      'config.yaml: providers[1].name',
      'config.yaml: providers[0].ca_file',
      'environment: HTTPS_PROXY',
    ]);
  });

  it('names the file, the key and the variable that is not set', () => {
    expect(problemsOf(withProvider('api_key: ${API_KEY_1}'))[0]).toMatch(
      /^config\.yaml: providers\[0\]\.api_key: the environment variable API_KEY_1 is not set; set/,
    );
  });

  it.each([
    ['PORT', 'abc', 'environment: PORT: must be a whole number from 0 to 65535, not "abc"'],
    ['VERIFY_SSL', 'maybe', 'environment: VERIFY_SSL: must be true or false, not "maybe"; yes'],
    ['HOST', 'a b', 'environment: HOST: must be an IP address or a host name'],
    ['LOG_LEVEL', 'loud', 'environment: LOG_LEVEL: must be one of fatal, error'],
  ])('names the variable %s when its value is wrong', (variable, value, message) => {
    expect(problemsOf(UPSTREAM, { environment: { [variable]: value } })[0]).toContain(message);
  });

  it('asks nothing of the proxy variables when no provider uses them', () => {
    const environment = { HTTP_PROXY: 'socks5://p' };

    expect(problemsOf('providers: [{name: d, type: demo}]', { environment })).toStrictEqual([]);
    expect(problemsOf(withProvider('proxy: direct'), { environment })).toStrictEqual([]);
  });

  it('tells what else is wrong with a provider whose type there is not', () => {
    const problems = problemsOf(
      'providers: [{type: azure, name: a, api_base: "http://up", weight: 0}]',
    );

    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('providers[0].type');
    expect(problems[1]).toContain('providers[0].weight');
  });

  it.each([
    'api_key: ["sk-secret"]',
    'weight: sk-secret-1',
    'verify_ssl: Bearer sk-secret',
    'timeouts: {connect: 0123456789abcdefsk-secret}',
    'api_key: {k: sk-secret}',
    'api_key: "sk-secret\\u0000"',
    'api_key: ${sk-secret}',
    'api_key: ${NOPE?sk-secret}',
    'headers: {A: ["sk-secret"]}',
    'headers: {"a b": sk-secret}',
    'headers: sk-secret',
    'proxy: sk-secret',
    'weight: ${KEY}',
    'verify_ssl: ${KEY}',
    'ca_file: sk-secret',
    'timeouts: {idle: "${KEY}"}',
    'model_mapping: sk-secret',
    'type: sk-secret',
  ])('never repeats what could be a secret: %s', (setting) => {
    const problems = problemsOf(withProvider(setting), { environment: { KEY: 'sk-secret' } });

    expect(problems).not.toHaveLength(0);
    expect(problems.join('\n')).not.toContain('sk-secret');
  });

  it.each(['http://u:sk-secret@up', 'sk-secret', 'http://up?key=sk-secret'])(
    'never repeats the api_base %s',
    (base) => {
      const problems = problemsOf(`providers: [{name: a, api_base: "${base}"}]`);

      expect(problems).toHaveLength(1);
      expect(problems[0]).not.toContain('sk-secret');
    },
  );

  it('reports a key named __proto__ as any other', () => {
    expect(problemsOf(withTop('__proto__: {port: 1}'))[0]).toContain(
      '__proto__: is not a known key',
    );
  });

  it('has words for any document, and never fails otherwise', () => {
    const keys = fc.constantFrom(
      'providers',
      'server',
      'timeouts',
      'name',
      'headers',
      'proxy',
      'x',
    );
    const { document } = fc.letrec<{ document: unknown }>((tie) => ({
      document: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('document')),
        fc.dictionary(keys, tie('document')),
      ),
    }));
    fc.assert(
      fc.property(document, (value) => {
        expect(problemsOf(JSON.stringify(value)).join('\n')).not.toBe('');
      }),
    );
  });
});
