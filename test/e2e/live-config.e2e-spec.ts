import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DONE,
  FakeUpstream,
  LAST_CHUNK,
  Metrics,
  STREAM_HEAD,
  chatAnswer,
  chatBody,
  chunk,
  closeAll,
  finishEvent,
  json,
  open,
  providerAt,
  send,
  textEvent,
  waitFor,
} from '../support/index.js';
import { BuiltProgram, type RunningProgram } from '../support/program.js';

/** Starting a program takes a second, and on a busy machine several. */
jest.setTimeout(60_000);

const MASTER_KEY = 'sk-master-0123456789abcdef';
const ROTATED_KEY = 'sk-rotated-0123456789abcdef';

describe('a configuration that changes while the proxy runs', () => {
  let program: BuiltProgram;
  let directory: string;

  beforeAll(() => {
    program = BuiltProgram.build();
  });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'llm-proxy-live-'));
  });

  afterEach(async () => {
    await closeAll();
    rmSync(directory, { recursive: true });
  });

  afterAll(() => {
    program.remove();
  });

  function pathOf(name: string): string {
    return join(directory, name);
  }

  function write(config: unknown, name = 'config.yaml'): void {
    writeFileSync(pathOf(name), typeof config === 'string' ? config : JSON.stringify(config));
  }

  function run(): RunningProgram {
    return program.run({ environment: { CONFIG_PATH: pathOf('config.yaml') } });
  }

  /** Waits until the log holds that many lines that begin so. */
  async function untilLogged(running: RunningProgram, words: string, count = 1): Promise<void> {
    const times = (): number => running.stdout.split(`"msg":"${words}`).length - 1;
    await waitFor(() => times() >= count, `the log says '${words}' ${count} times`);
  }

  async function providersOf({ port }: { readonly port: number }): Promise<readonly string[]> {
    const response = await send({ port }, { method: 'GET', path: '/health' });
    const { provider_info: providers } = response.json() as {
      provider_info: readonly { readonly name: string }[];
    };
    return providers.map(({ name }) => name);
  }

  async function metricsOf({ port }: { readonly port: number }): Promise<Metrics> {
    return new Metrics((await send({ port }, { method: 'GET', path: '/metrics' })).text);
  }

  const demo = (name: string): object => ({ name, type: 'demo', model_mapping: { m: 'm' } });

  it('is taken into use when the file is written', async () => {
    write({ providers: [demo('one')] });
    const running = run();
    const server = await running.listening();

    write({ providers: [demo('two')] });
    await untilLogged(running, 'configuration reloaded');

    expect(await providersOf(server)).toStrictEqual(['two']);
    expect(running.lines.at(-1)).toMatchObject({
      level: 'info',
      changed: ['providers.one (removed)', 'providers.two (added)'],
    });
  });

  it('is taken into use when an editor puts a new file in place of the old one', async () => {
    write({ providers: [demo('one')] });
    const running = run();
    const server = await running.listening();

    for (const [time, name] of ['two', 'three'].entries()) {
      write({ providers: [demo(name)] }, '.config.yaml.swp');
      renameSync(pathOf('.config.yaml.swp'), pathOf('config.yaml'));
      await untilLogged(running, 'configuration reloaded', time + 1);

      expect(await providersOf(server)).toStrictEqual([name]);
    }
  });

  it('is taken into use when Kubernetes swaps the links of a ConfigMap', async () => {
    const publish = (version: string): void => {
      mkdirSync(pathOf(`..${version}`));
      write({ providers: [demo(version)] }, `..${version}/config.yaml`);
      symlinkSync(`..${version}`, pathOf('..data_tmp'));
      renameSync(pathOf('..data_tmp'), pathOf('..data'));
    };
    publish('one');
    symlinkSync('..data/config.yaml', pathOf('config.yaml'));
    const running = run();
    const server = await running.listening();

    publish('two');
    rmSync(pathOf('..one'), { recursive: true });
    await untilLogged(running, 'configuration reloaded');
    publish('three');
    await untilLogged(running, 'configuration reloaded', 2);

    expect(await providersOf(server)).toStrictEqual(['three']);
  });

  it('is read again on SIGHUP, changed or not', async () => {
    write({ providers: [demo('one')] });
    const running = run();
    const server = await running.listening();

    running.signal('SIGHUP');
    await untilLogged(running, 'configuration reloaded');
    expect(running.lines.at(-1)).toMatchObject({ changed: [] });

    write({ providers: [demo('two')] });
    running.signal('SIGHUP');
    await untilLogged(running, 'configuration reloaded', 2);

    expect(await providersOf(server)).toStrictEqual(['two']);
  });

  it('changes nothing when it is wrong, says all that is, and is taken once it is right', async () => {
    write({ providers: [demo('one')] });
    const running = run();
    const server = await running.listening();
    const before = await metricsOf(server);

    write({ providers: [], server: { prot: 1 }, verify_ssl: 'maybe' });
    await untilLogged(running, 'configuration refused', 3);

    expect(await providersOf(server)).toStrictEqual(['one']);
    expect(
      running.lines
        .slice(-3)
        .map(({ level, msg }) => `${String(level)}: ${String(msg)}`)
        .toSorted(),
    ).toStrictEqual(
      [
        'providers: must hold at least one provider',
        'server.prot: is not a known key; did you mean port?',
        'verify_ssl: must be true or false, not "maybe"; yes, on, 1 and no, off, 0 are understood too',
      ].map(
        (words) =>
          `error: configuration refused, the old one stays: ${pathOf('config.yaml')}: ${words}`,
      ),
    );
    const refused = await metricsOf(server);
    expect(refused.sum('llm_proxy_config_last_reload_successful')).toBe(0);
    expect(refused.valuesOf('llm_proxy_config_info', 'hash')).toStrictEqual(
      before.valuesOf('llm_proxy_config_info', 'hash'),
    );

    write({ providers: [demo('two')] });
    await untilLogged(running, 'configuration reloaded');
    const reloaded = await metricsOf(server);

    expect(reloaded.sum('llm_proxy_config_last_reload_successful')).toBe(1);
    expect(reloaded.valuesOf('llm_proxy_config_info', 'hash')).toHaveLength(1);
    expect(reloaded.valuesOf('llm_proxy_provider_health', 'provider')).toStrictEqual(['two']);
  });

  it('keeps what it has, and never the open demo, when the file goes away', async () => {
    write({ providers: [demo('one')], server: { master_api_key: MASTER_KEY } });
    const running = run();
    const server = await running.listening();

    rmSync(pathOf('config.yaml'));
    await untilLogged(running, 'configuration refused');

    expect(running.lines.at(-1)?.['msg']).toContain('there is no such file');
    expect((await send(server, { body: chatBody() })).status).toBe(401);
  });

  it('names what needs a restart, and keeps it', async () => {
    write({ providers: [demo('one')], server: { host: '127.0.0.1', port: 0 } });
    const running = program.run({
      // HOST and PORT in the environment would win over the file.
      environment: { CONFIG_PATH: pathOf('config.yaml'), HOST: '', PORT: '' },
    });
    const server = await running.listening();

    write({ providers: [demo('two')], server: { host: '127.0.0.1', port: 1 } });
    await untilLogged(running, 'a restart is needed to change server.port');

    expect(await providersOf(server)).toStrictEqual(['two']);
  });

  it('lets in who has the new master key, and nobody with the old one', async () => {
    write('KEY=' + MASTER_KEY, '.env');
    write({ providers: [demo('one')], server: { master_api_key: '${KEY}' } });
    const running = run();
    const server = await running.listening();
    const statusWith = async (key: string): Promise<number> => {
      const headers = { authorization: `Bearer ${key}` };
      return (await send(server, { headers, body: chatBody({ model: 'm' }) })).status;
    };
    expect(await statusWith(MASTER_KEY)).toBe(200);

    write('KEY=' + ROTATED_KEY, '.env');
    await untilLogged(running, 'configuration reloaded');

    expect(await statusWith(MASTER_KEY)).toBe(401);
    expect(await statusWith(ROTATED_KEY)).toBe(200);
    expect(running.stdout).toContain('"changed":["server.master_api_key"]');
    expect(running.stdout + running.stderr).not.toMatch(/sk-(master|rotated)/);
  });

  it('lets a stream finish at a provider that is changed, or gone, in the middle of it', async () => {
    const old = await FakeUpstream.start();
    const young = (await FakeUpstream.start()).answer(json(200, chatAnswer('from the new one')));
    write({ providers: [providerAt(old)] });
    const running = run();
    const server = await running.listening();
    const pending = open(server, { body: chatBody({ stream: true }) });
    const exchange = await old.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await pending;
    await response.nextEvent();

    write({ providers: [providerAt(young)] });
    await untilLogged(running, 'configuration reloaded');
    const meanwhile = await send(server, { body: chatBody() });
    write({ providers: [demo('other')] });
    await untilLogged(running, 'configuration reloaded', 2);
    expect(exchange.isClosed).toBe(false);
    await exchange.sendEach([textEvent('two'), finishEvent(), DONE].map(chunk));
    await exchange.send(LAST_CHUNK);

    expect(await response.readAll()).toBe(true);
    expect(response.events).toHaveLength(4);
    expect(meanwhile.text).toContain('from the new one');
    // Its connection is let go when nobody needs it any more.
    await exchange.closed;
  });

  it('keeps the connections to a provider that stays the same', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
    write({ providers: [providerAt(upstream)] });
    const running = run();
    const server = await running.listening();
    await send(server, { body: chatBody() });

    write({ providers: [demo('added'), providerAt(upstream)], server: { body_limit: '1mb' } });
    await untilLogged(running, 'configuration reloaded');
    await send(server, { body: chatBody() });

    expect(upstream.requests).toHaveLength(2);
    expect(upstream.connections).toBe(1);
  });

  it('is not watched any more once the proxy drains, and keeps no process alive', async () => {
    write({ providers: [demo('one')] });
    const running = run();
    await running.listening();

    running.signal('SIGTERM');
    running.signal('SIGHUP');

    expect(await running.ended).toBe(0);
    expect(readFileSync(pathOf('config.yaml'), 'utf8')).toContain('one');
    expect(running.stderr).toBe('');
  });
});
