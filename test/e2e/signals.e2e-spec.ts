import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type ClientResponse,
  DONE,
  type Exchange,
  FakeUpstream,
  LAST_CHUNK,
  STREAM_HEAD,
  chatBody,
  chunk,
  closeAll,
  finishEvent,
  open,
  providerAt,
  textEvent,
  waitFor,
} from '../support/index.js';
import { BuiltProgram, type RunningProgram } from '../support/program.js';
import { RawConnection } from '../support/raw-connection.js';

interface Scene {
  readonly run: RunningProgram;
  readonly exchange: Exchange;
  readonly response: ClientResponse;
  /** Whether the program takes new connections. */
  isListening(): Promise<boolean>;
}

/** Starting a program takes a second, and on a busy machine several. */
jest.setTimeout(60_000);

/** A program in the middle of a stream. */
async function startStreaming(program: BuiltProgram, server: object = {}): Promise<Scene> {
  const upstream = await FakeUpstream.start();
  const config = JSON.stringify({ providers: [providerAt(upstream)], server });
  const run = program.run({ files: { 'config.yaml': config } });
  const { port } = await run.listening();
  const pending = open({ port }, { body: chatBody({ stream: true }) });
  const exchange = await upstream.next();
  await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
  const response = await pending;
  await response.nextEvent();
  const isListening = async (): Promise<boolean> => {
    try {
      await (await RawConnection.open({ port })).close();
      return true;
    } catch {
      return false;
    }
  };
  return { run, exchange, response, isListening };
}

/** Sends a signal and waits until the program has taken it in: nobody can connect any more. */
async function beginDrain(scene: Scene, signal: NodeJS.Signals): Promise<void> {
  scene.run.signal(signal);
  let isListening = true;
  while (isListening) {
    isListening = await scene.isListening();
  }
}

describe('a signal to stop', () => {
  let program: BuiltProgram;

  beforeAll(() => {
    program = BuiltProgram.build();
  });

  afterEach(closeAll);

  afterAll(() => {
    program.remove();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'lets a stream finish and its line be logged, and ends with 0: %s',
    async (signal) => {
      const scene = await startStreaming(program);
      const { run, exchange, response } = scene;

      await beginDrain(scene, signal);
      await exchange.sendEach([textEvent('two'), finishEvent(), DONE].map(chunk));
      await exchange.send(LAST_CHUNK);
      const isWhole = await response.readAll();
      const code = await run.ended;

      expect(isWhole).toBe(true);
      expect(response.events).toHaveLength(4);
      expect(code).toBe(0);
      expect(run.lines.at(-1)).toMatchObject({ msg: 'request', status: 200, ending: 'completed' });
      expect(run.stderr).toBe('');
    },
  );

  it('ends the program at once when nothing runs', async () => {
    const run = program.run();
    await run.listening();

    run.signal('SIGTERM');

    expect(await run.ended).toBe(0);
  });

  it('tells a stream of the end when its time is up, and ends with 0', async () => {
    const { run, response, exchange } = await startStreaming(program, { shutdown_timeout: '50ms' });

    run.signal('SIGTERM');
    await response.readAll();
    await exchange.closed;

    expect(response.events.at(-1)).toContain('"code":"shutting_down"');
    expect(await run.ended).toBe(0);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('given twice ends all at once: %s', async (signal, code) => {
    const scene = await startStreaming(program);

    await beginDrain(scene, signal);
    scene.run.signal(signal);
    const isWhole = await scene.response.readAll();

    expect(await scene.run.ended).toBe(code);
    expect(isWhole).toBe(false);
    await waitFor(() => scene.exchange.isClosed, 'the call behind it is closed');
  });
});
