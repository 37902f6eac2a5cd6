import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeUpstream, closeAll, providerAt, send } from '../support/index.js';
import { BuiltProgram } from '../support/program.js';

const KEY = 'sk-provider-0123456789abcdef';
const MASTER_KEY = 'sk-master-0123456789abcdef';

const CONFIG = `
providers:
  - name: provider-1
    api_base: https://api.example/v1
    api_key: \${API_KEY}
    weight: 2
    model_mapping: { claude: claude-5, gpt-*: gpt-* }
  - name: local
    type: demo
    model_mapping: { demo: demo }
server:
  master_api_key: \${MASTER_API_KEY}
`;
const KEYS = { API_KEY: KEY, MASTER_API_KEY: MASTER_KEY };

/** Starting a program takes a second, and on a busy machine several. */
jest.setTimeout(60_000);

describe('the program', () => {
  let program: BuiltProgram;

  beforeAll(() => {
    program = BuiltProgram.build();
  });

  afterEach(closeAll);

  afterAll(() => {
    program.remove();
  });

  describe('started', () => {
    it('serves the file that CONFIG_PATH names, and says so in its first line', async () => {
      const run = program.run({
        files: { 'my.yaml': CONFIG },
        environment: { CONFIG_PATH: 'my.yaml', ...KEYS },
      });

      const { port, url } = await run.listening();
      const response = await send({ port }, { method: 'GET', path: '/health' });

      expect(response.json()).toMatchObject({ status: 'ok', providers: 2 });
      expect(run.lines[0]).toMatchObject({
        level: 'info',
        msg: 'llm-proxy is listening',
        address: url,
        config: expect.stringMatching(/[\\/]my\.yaml$/),
        providers: 'provider-1 (weight 2), local (weight 1)',
        curl: expect.stringContaining('Authorization: Bearer $MASTER_API_KEY'),
      });
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    });

    it.each(['/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css', '/openapi.json'])(
      'has %s with it, without any packages',
      async (path) => {
        const { port } = await program.run().listening();

        const response = await send({ port }, { method: 'GET', path });

        expect(response.status).toBe(200);
        expect(response.body.length).toBeGreaterThan(10_000);
      },
    );

    it('serves the demo when there is no file, to anyone, and warns of that', async () => {
      const run = program.run();

      const { port } = await run.listening();
      const body = { model: 'demo', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 2 };
      const response = await send({ port }, { body });

      expect(response.status).toBe(200);
      expect(run.lines[0]).toMatchObject({
        config: expect.stringMatching(/[\\/]config[\\/]demo\.yaml$/),
        curl: expect.stringContaining('"model":"demo"'),
      });
      expect(run.lines[1]).toMatchObject({
        level: 'warn',
        msg: expect.stringContaining('master_api_key is blank'),
      });
    });

    it('gives a curl command whose request works', async () => {
      const run = program.run();
      const { port } = await run.listening();

      const curl = String(run.lines[0]?.['curl']);
      const [, path = ''] = /http:\/\/[^/]+(\/\S+)/.exec(curl) ?? [];
      const [, body = ''] = /-d '(.*)'$/.exec(curl) ?? [];
      const response = await send({ port }, { path, body: { ...JSON.parse(body), max_tokens: 2 } });

      expect(curl).toContain(`:${port}/`);
      expect(response.status).toBe(200);
      expect(response.events.at(-1)).toBe('data: [DONE]\n\n');
    });

    it('reads a .env beside its file, and the real environment over it', async () => {
      const run = program.run({
        files: { 'config.yaml': CONFIG, '.env': `API_KEY=${KEY}\nMASTER_API_KEY=from-the-file` },
        environment: { MASTER_API_KEY: MASTER_KEY },
      });

      const { port } = await run.listening();
      const ask = (key: string): Promise<{ status: number }> =>
        send({ port }, { method: 'GET', path: '/v1/models', headers: { 'x-api-key': key } });

      expect((await ask(MASTER_KEY)).status).toBe(200);
      expect((await ask('from-the-file')).status).toBe(401);
    });

    it('writes for people when it is told to', async () => {
      const config = `${CONFIG}logging: { format: pretty }\n`;
      const run = program.run({ files: { 'config.yaml': config }, environment: KEYS });
      await run.until('-d ');

      expect(run.stdout).toContain('llm-proxy is listening on http://127.0.0.1:');
      expect(run.stdout).toContain('curl -N http://127.0.0.1:');
      expect(run.stdout).not.toContain(MASTER_KEY);
    });

    it('says what it can with --help', async () => {
      const run = program.run({ args: ['--help'] });

      expect(await run.ended).toBe(0);
      expect(run.stdout).toMatch(/^Usage: .*--check-config/);
      expect(run.stderr).toBe('');
    });

    it.each([
      ['an unknown option', ['--chek-config']],
      ['a file without its option', ['config.yaml']],
      ['two files', ['--check-config', 'a.yaml', 'b.yaml']],
    ])('refuses a command that it does not understand: %s', async (_name, args) => {
      const run = program.run({ args });

      expect(await run.ended).toBe(1);
      expect(run.stderr).toContain('Usage: ');
      expect(run.stderr).not.toMatch(/\n +at /);
      expect(run.stdout).toBe('');
    });
  });

  describe('with --check-config', () => {
    it('says what would run, and where keys come from, but no key', async () => {
      const run = program.run({
        args: ['--check-config', 'my.yaml'],
        files: { 'my.yaml': CONFIG },
        environment: KEYS,
      });

      expect(await run.ended).toBe(0);
      expect(run.stdout).toMatch(/provider-1: openai, https:\/\/api\.example\/v1, key .*API_KEY/);
      expect(run.stdout).toContain('weight 2 (66.7 %)');
      expect(run.stdout).toContain('claude -> claude-5');
      expect(run.stdout).toMatch(/master key +.*MASTER_API_KEY/);
      expect(run.stdout).toMatch(/\n$/);
      expect(run.stdout + run.stderr).not.toMatch(new RegExp(`${KEY}|${MASTER_KEY}`));
    });

    it('says all that is wrong, each in its line', async () => {
      const file = 'providers: [{name: a, type: demo, wieght: 2}]\ntimeouts: {idle: soon}\n';
      const run = program.run({ args: ['--check-config', 'my.yaml'], files: { 'my.yaml': file } });

      expect(await run.ended).toBe(1);
      expect(run.stderr.trimEnd().split('\n')).toHaveLength(2);
      expect(run.stderr).toMatch(/my\.yaml: providers\[0\]\.wieght: .*weight/);
      expect(run.stdout).toBe('');
    });
  });

  describe('with a configuration at fault', () => {
    it.each([
      ['no YAML', 'providers: [{name: a', /my\.yaml: line \d+, column \d+: /],
      ['no providers', 'server: {port: 1}', /my\.yaml: providers: is missing/],
      [
        'a provider without an address',
        `providers: [{name: a, api_key: ${KEY}}]`,
        /my\.yaml: providers\[0\]\.api_base: /,
      ],
      [
        'a variable that is not set',
        'providers: [{name: a, type: demo}]\nserver: {master_api_key: "${MISSING_KEY}"}',
        /my\.yaml: server\.master_api_key: .*MISSING_KEY/,
      ],
      [
        'a misspelt key',
        `providers: [{name: a, type: demo}]\nserver: {master_key: ${MASTER_KEY}}`,
        /my\.yaml: server\.master_key: .*master_api_key/,
      ],
      [
        'a weight of nothing',
        'providers: [{name: a, type: demo, weight: 0}]',
        /my\.yaml: providers\[0\]\.weight: /,
      ],
      [
        'a duration without a known unit',
        'providers: [{name: a, type: demo}]\ntimeouts: {idle: 5 parsecs}',
        /my\.yaml: timeouts\.idle: /,
      ],
    ])('says in one line what is wrong, and ends with 1: %s', async (_name, file, line) => {
      const run = program.run({
        files: { 'my.yaml': file },
        environment: { CONFIG_PATH: 'my.yaml' },
      });

      expect(await run.ended).toBe(1);
      expect(run.stderr.trimEnd().split('\n')).toStrictEqual([expect.stringMatching(line)]);
      expect(run.stdout).toBe('');
      expect(run.stderr).not.toMatch(new RegExp(`${KEY}|${MASTER_KEY}`));
    });

    it('says that CONFIG_PATH names a file that is not there', async () => {
      const run = program.run({ environment: { CONFIG_PATH: 'gone.yaml' } });

      expect(await run.ended).toBe(1);
      expect(run.stderr).toMatch(/^gone\.yaml: there is no such file; .*\n$/);
    });

    it('says that the port is in use, and ends at once whatever it has begun', async () => {
      const upstream = await FakeUpstream.start();
      // Asked for its models in the background, and never answering.
      upstream.models = () => undefined;
      const config = { providers: [providerAt(upstream, { model_mapping: {} })] };

      const run = program.run({
        files: { 'config.yaml': JSON.stringify(config) },
        environment: { PORT: String(upstream.port) },
      });

      expect(await run.ended).toBe(1);
      expect(run.stderr).toMatch(/^cannot listen on 127\.0\.0\.1:\d+: the port is in use; .*\n$/);
    });
  });
});
