import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type ClientResponse,
  DONE,
  type Exchange,
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

/** Starting three processes takes seconds, and on a busy machine many. */
jest.setTimeout(90_000);

const CHAT = { body: chatBody() };

interface Scene {
  readonly run: RunningProgram;
  readonly upstream: FakeUpstream;
  readonly port: number;
}

interface Stream {
  readonly exchange: Exchange;
  readonly response: ClientResponse;
}

function requestLines({ lines }: RunningProgram): RunningProgram['lines'] {
  return lines.filter(({ msg }) => msg === 'request');
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a program with two workers', () => {
  let program: BuiltProgram;

  beforeAll(() => {
    program = BuiltProgram.build();
  });

  afterEach(closeAll);

  afterAll(() => {
    program.remove();
  });

  function configOf(upstream: FakeUpstream): string {
    return JSON.stringify({ providers: [providerAt(upstream)], server: { workers: 2 } });
  }

  async function start(): Promise<Scene> {
    const upstream = await FakeUpstream.start();
    const run = program.run({ files: { 'config.yaml': configOf(upstream) } });
    const { port } = await run.listening();
    return { run, upstream, port };
  }

  async function startStream({ port, upstream }: Scene): Promise<Stream> {
    const pending = open({ port }, { body: chatBody({ stream: true }) });
    const exchange = await upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await pending;
    await response.nextEvent();
    return { exchange, response };
  }

  async function finish({ exchange, response }: Stream): Promise<boolean> {
    await exchange.sendEach([textEvent('two'), finishEvent(), DONE].map(chunk));
    await exchange.send(LAST_CHUNK);
    return response.readAll();
  }

  async function ask({ port, upstream }: Scene): Promise<number> {
    const pending = send({ port }, CHAT);
    await json(200, chatAnswer())(await upstream.next());
    return (await pending).status;
  }

  async function requestsOf({ port }: Scene): Promise<number> {
    const { text } = await send({ port }, { method: 'GET', path: '/metrics' });
    return new Metrics(text).sum('llm_proxy_requests_total');
  }

  it('starts with one message, has both answer, and adds up what they count', async () => {
    const scene = await start();

    for (let request = 0; request < 4; request += 1) {
      await ask(scene);
    }
    const sums = [await requestsOf(scene), await requestsOf(scene), await requestsOf(scene)];

    await waitFor(() => requestLines(scene.run).length === 4, 'all requests are logged');
    const { lines } = scene.run;
    expect(sums).toStrictEqual([4, 4, 4]);
    expect(lines.filter(({ msg }) => msg === 'llm-proxy is listening')).toHaveLength(1);
    const workers = requestLines(scene.run).map(({ worker }) => worker);
    expect(workers.sort()).toStrictEqual([1, 1, 2, 2]);
  });

  it('says once that traces are exported', async () => {
    const upstream = await FakeUpstream.start();
    const run = program.run({
      files: { 'config.yaml': configOf(upstream) },
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
        OTEL_TRACES_SAMPLER: 'always_off',
      },
    });
    await run.listening();
    run.signal('SIGTERM');
    await run.ended;

    expect(run.lines.filter(({ msg }) => msg === 'traces are exported')).toMatchObject([
      { worker: 1 },
    ]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'lets streams finish when all its processes get %s at once, and ends with 0',
    async (signal) => {
      const scene = await start();
      const streams = [await startStream(scene), await startStream(scene)];
      const processes = [...scene.run.children, scene.run.pid];

      for (const pid of processes) {
        process.kill(pid, signal);
      }
      await scene.run.until('"running":1');
      const areWhole = await Promise.all(streams.map(finish));

      expect(areWhole).toStrictEqual([true, true]);
      expect(await scene.run.ended).toBe(0);
      expect(requestLines(scene.run)).toHaveLength(2);
      expect(scene.run.stderr).toBe('');
      expect(processes.filter(isRunning)).toStrictEqual([]);
    },
  );

  it('ends all at once on a second signal', async () => {
    const scene = await start();
    const { response } = await startStream(scene);
    const { children } = scene.run;

    scene.run.signal('SIGTERM');
    await scene.run.until('"running":1');
    scene.run.signal('SIGTERM');

    expect(await response.readAll()).toBe(false);
    expect(await scene.run.ended).toBe(143);
    await waitFor(() => !children.some(isRunning), 'its workers have ended');
  });

  it('replaces a killed worker, while the stream of the other goes on', async () => {
    const scene = await start();
    await ask(scene);
    await ask(scene);
    const before = await requestsOf(scene);
    const streams = [await startStream(scene), await startStream(scene)];

    process.kill(scene.run.children[0] ?? 0, 'SIGKILL');
    await scene.run.until('serves again');
    await waitFor(() => streams.some(({ exchange }) => exchange.isClosed), 'one stream is gone');
    const left = streams.filter(({ exchange }) => !exchange.isClosed);
    const areWhole = await Promise.all(left.map(finish));
    await ask(scene);
    await ask(scene);

    expect(areWhole).toStrictEqual([true]);
    expect(await requestsOf(scene)).toBe(before + 3);
    expect(scene.run.lines).toContainEqual(
      expect.objectContaining({ level: 'error', signal: 'SIGKILL', replacedInMs: 0 }),
    );
    expect(scene.run.children).toHaveLength(2);
  });

  it('tells of a refused configuration once, and has a new worker run the old one', async () => {
    const scene = await start();
    writeFileSync(scene.run.path('config.yaml'), 'providers: 5');

    scene.run.signal('SIGHUP');
    await scene.run.until('configuration refused');
    process.kill(scene.run.children[0] ?? 0, 'SIGKILL');
    await scene.run.until('serves again');

    expect([await ask(scene), await ask(scene)]).toStrictEqual([200, 200]);
    const refusals = scene.run.stdout.match(/configuration refused/g);
    expect(refusals).toHaveLength(1);
  });

  it('has both take a changed configuration into use, and tells of it once', async () => {
    const scene = await start();
    const other = await FakeUpstream.start();
    writeFileSync(scene.run.path('config.yaml'), configOf(other));

    scene.run.signal('SIGHUP');
    await scene.run.until('configuration reloaded');
    const moved = { ...scene, upstream: other };

    expect([await ask(moved), await ask(moved)]).toStrictEqual([200, 200]);
    expect(scene.run.stdout.match(/configuration reloaded/g)).toHaveLength(1);
  });

  it('says once why it cannot listen, and ends with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const upstream = await FakeUpstream.start();

    const run = program.run({
      files: { 'config.yaml': configOf(upstream) },
      environment: { PORT: String(port) },
    });
    const code = await run.ended;
    other.close();

    expect(code).toBe(1);
    expect(run.stderr).toBe(
      `cannot listen on 127.0.0.1:${port}: the port is in use; choose another with PORT or server.port\n`,
    );
    expect(run.stdout).toBe('');
  });

  it('leaves no worker behind when the first process is killed', async () => {
    const { run } = await start();
    const { children } = run;

    run.signal('SIGKILL');

    expect(await run.ended).toBe('SIGKILL');
    await waitFor(() => !children.some(isRunning), 'its workers have ended');
  });
});
