import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DONE, closeAll, chatBody, send } from '../support/index.js';
import { LoadBalancer, type Replica } from '../support/load-balancer.js';
import { BuiltProgram, type RunningProgram } from '../support/program.js';

/** Three programs are started, and two drained, while others share the machine. */
jest.setTimeout(60_000);

/** A stream takes half a second, so that some are always under way. */
const CONFIG = JSON.stringify({
  providers: [
    {
      name: 'demo',
      type: 'demo',
      model_mapping: { demo: 'demo' },
      tokens_per_second: 60,
      latency: '50ms',
      response_tokens: 30,
    },
  ],
  server: { drain_delay: '1s', shutdown_timeout: '10s' },
});

/** How many clients ask for whole answers, and as many for streams, each one thing after another. */
const CLIENTS = 3;

/** After so many failures the load ends: what fails at once would fail without end. */
const TOO_MANY = 20;

/** What a replica writes for every request that it answered. */
const REQUEST_LINE = '"msg":"request"';

/** Clients that ask again and again. */
class ConstantLoad {
  readonly failures: string[] = [];
  answers = 0;
  streams = 0;
  #isOver = false;
  readonly #clients: readonly Promise<void>[];

  constructor(server: { readonly port: number }) {
    const kinds = Array.from({ length: 2 * CLIENTS }, (_, index) => index % 2 === 0);
    this.#clients = kinds.map((streamed) => this.#ask(server, streamed));
  }

  /** Lets every client have its last answer. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #ask(server: { readonly port: number }, stream: boolean): Promise<void> {
    while (!this.#isOver && this.failures.length < TOO_MANY) {
      try {
        const { status, text } = await askOnce(server, stream);
        const isRight = status === 200 && (stream ? text.endsWith(DONE) : isAnswer(text));
        if (!isRight) {
          this.failures.push(`${status}: ${text}`);
        }
      } catch (error) {
        this.failures.push(String(error));
      }
      this.answers += 1;
      this.streams += stream ? 1 : 0;
    }
  }
}

async function askOnce(
  server: { readonly port: number },
  stream: boolean,
): Promise<{ status: number; text: string }> {
  const response = await send(server, { body: chatBody({ model: 'demo', stream }) });
  if (!(await response.ended)) {
    throw new Error(`cut after ${response.text}`);
  }
  return response;
}

function isAnswer(text: string): boolean {
  return text.includes('"finish_reason"') && text.endsWith('}');
}

/** One of the two: a program that is started anew on the same port. */
class RestartableReplica implements Replica {
  /** What has run so far, the latest last. */
  readonly runs: RunningProgram[] = [];
  port = 0;

  constructor(
    readonly name: string,
    private readonly program: BuiltProgram,
  ) {}

  async start(): Promise<this> {
    const run = this.program.run({
      files: { 'config.yaml': CONFIG },
      environment: { PORT: String(this.port) },
    });
    this.runs.push(run);
    this.port = (await run.listening()).port;
    return this;
  }

  /** Asks it to end. @returns its exit code */
  async stop(): Promise<number | NodeJS.Signals | undefined> {
    const run = this.runs.at(-1);
    run?.signal('SIGTERM');
    return run?.ended;
  }

  /** How many requests each run has answered. */
  get served(): readonly number[] {
    return this.runs.map(({ lines }) => lines.filter(({ msg }) => msg === 'request').length);
  }
}

describe('two replicas behind a load balancer', () => {
  let program: BuiltProgram;

  beforeAll(() => {
    program = BuiltProgram.build();
  });

  afterEach(closeAll);

  afterAll(() => {
    program.remove();
  });

  // Without HAProxy there is nothing to test, and the name of the test says so.
  it.each([
    LoadBalancer.isInstalled
      ? 'are restarted one after the other, and not one request fails or is cut'
      : 'are NOT TESTED: haproxy is not installed',
  ])('%s', async () => {
    if (!LoadBalancer.isInstalled) {
      return;
    }
    const replicas = ['one', 'two'].map((name) => new RestartableReplica(name, program));
    await Promise.all(replicas.map((replica) => replica.start()));
    const balancer = await LoadBalancer.start(replicas);
    const load = new ConstantLoad(balancer);

    const codes: unknown[] = [];
    for (const replica of replicas) {
      const stopped = replica.stop();
      await balancer.until(replica, 'DOWN');
      codes.push(await stopped);
      await replica.start();
      await balancer.until(replica, 'UP');
      await replica.runs.at(-1)?.until(REQUEST_LINE);
    }
    await load.end();

    expect(load.failures).toStrictEqual([]);
    expect(codes).toStrictEqual([0, 0]);
    expect(load.streams).toBeGreaterThan(2 * CLIENTS);
    expect(replicas.flatMap(({ served }) => served)).not.toContain(0);
  });
});
