import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { type ProxyConfig, parseConfig } from './config/index.js';
import { startMessage } from './start-message.js';

const DEMO = 'providers: [{name: a, type: demo, model_mapping: {demo: demo}}]';

const ENVIRONMENT = { MASTER_API_KEY: 'sk-master', PROXY_KEY: 'sk-proxy' };

function messageOf(
  config: string | ProxyConfig,
  address = '0.0.0.0',
): ReturnType<typeof startMessage> {
  const parsed =
    typeof config === 'string' ? parseConfig(config, { environment: ENVIRONMENT }) : config;
  return startMessage(parsed, { address, port: 18000 });
}

/** @returns the arguments that curl would get from a shell that runs the printed command */
function curlArguments(config: string, address?: string): readonly string[] {
  const command = String(messageOf(config, address).fields['curl']);
  const script = `curl() { printf '%s\\0' "$@"; }; ${command}`;
  return execFileSync('/bin/sh', ['-c', script], { env: ENVIRONMENT, encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

function bodyOf(args: readonly string[]): unknown {
  return JSON.parse(args[args.indexOf('-d') + 1] ?? '');
}

describe('startMessage', () => {
  it('says what runs, where, and with which configuration', () => {
    const { text } = messageOf(
      parseConfig(
        'providers: [{name: a, api_base: "http://up", weight: 2}, {name: b, type: demo}]',
        { path: '/etc/llm/config.yaml' },
      ),
    );

    expect(text).toContain('listening on http://0.0.0.0:18000\n');
    expect(text).toContain('/etc/llm/config.yaml\n');
    expect(text).toContain('a (weight 2), b (weight 1)\n');
    expect(text).toContain('http://localhost:18000/health\n');
    expect(text).toContain('http://localhost:18000/metrics\n');
    expect(text).not.toContain('demo model');
  });

  it('says when it is only the demo', () => {
    const config = parseConfig(DEMO);

    const { text } = messageOf({ ...config, source: { ...config.source, demo: true } });

    expect(text).toContain('this is the demo model');
  });

  it('says the same to machines', () => {
    const { text, fields } = messageOf(DEMO);

    expect(fields).toMatchObject({ address: 'http://0.0.0.0:18000', providers: 'a (weight 1)' });
    expect(text).toContain(`\n${String(fields['curl'])}\n`);
  });

  it('holds no secret', () => {
    const message = messageOf(
      'providers: [{name: a, api_base: "http://up", api_key: sk-12345678}]\nserver: {master_api_key: sk-87654321}',
    );

    expect(JSON.stringify(message)).not.toMatch(/sk-\d/);
  });

  describe('gives a command that a shell understands', () => {
    it('asks for a stream', () => {
      const args = curlArguments(DEMO);

      expect(args).toStrictEqual([
        '-N',
        'http://localhost:18000/v1/chat/completions',
        '-H',
        'Content-Type: application/json',
        '-d',
        expect.any(String),
      ]);
      expect(bodyOf(args)).toStrictEqual({
        model: 'demo',
        messages: [{ role: 'user', content: 'Hello!' }],
        stream: true,
      });
    });

    it.each([
      ['sk-0', 'sk-master'],
      ['"${MASTER_API_KEY}"', 'sk-master'],
      ['"${PROXY_KEY}"', 'sk-proxy'],
      ['"${PROXY_KEY}${MASTER_API_KEY}"', 'sk-master'],
    ])('takes the key from the environment: %s', (key, sent) => {
      const args = curlArguments(`${DEMO}\nserver: {master_api_key: ${key}}`);

      expect(args).toContain(`Authorization: Bearer ${sent}`);
    });

    it.each(["it's", `"quoted"`, '$HOME `id` \\ !', 'a\nb', 'ünïcode'])(
      'survives the model name %j',
      (name) => {
        const config = JSON.stringify({
          providers: [{ name: 'a', type: 'demo', model_mapping: { [name]: 'x' } }],
        });

        expect(bodyOf(curlArguments(config))).toMatchObject({ model: name });
      },
    );

    it.each([
      ['0.0.0.0', 'http://localhost:18000'],
      ['::', 'http://localhost:18000'],
      ['127.0.0.1', 'http://127.0.0.1:18000'],
      ['::1', 'http://[::1]:18000'],
    ])('reaches %s', (address, base) => {
      expect(curlArguments(DEMO, address)[1]).toBe(`${base}/v1/chat/completions`);
    });

    it('leaves nothing to a shell that takes brackets for a pattern', () => {
      expect(messageOf(DEMO, '::1').fields['curl']).toContain(
        "'http://[::1]:18000/v1/chat/completions'",
      );
    });
  });

  it.each([
    ['providers: [{name: a, type: demo, model_mapping: {"gpt-*": x, b: y}}]', 'b'],
    ['providers: [{name: a, type: demo, model_mapping: {"gpt-*": x}}]', 'YOUR_MODEL'],
    ['providers: [{name: a, type: demo}]', 'YOUR_MODEL'],
    ['providers: [{name: a, type: demo}, {name: b, type: demo, model_mapping: {c: d}}]', 'c'],
  ])('asks for a model that there is: %s', (config, model) => {
    expect(bodyOf(curlArguments(config))).toMatchObject({ model });
  });
});
