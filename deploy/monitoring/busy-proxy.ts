import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Child } from '../../bench/machine/child.ts';
import { freePort } from '../../bench/machine/free-port.ts';
import { Chance } from '../../bench/soak/chance.ts';
import { FaultyProvider } from '../../bench/soak/faulty-provider.ts';

/** Clients at once. */
const CLIENTS = 12;
/** What a client waits between two requests, at most, ms. */
const PAUSE = 250;
/**
 * How long anybody waits for an answer, ms; more than `timeouts.total`. A connection that was just
 * being handed to a worker when that was killed gets none.
 */
const PATIENCE = 10_000;
/** What is asked for, and how often: nobody serves `small` and `gone`, and `large` stands in for one. */
const MODELS = [
  ['large', 4],
  ['demo', 4],
  ['small', 1],
  ['gone', 1],
] as const;

/** More than one, so that there is what only then can be seen. */
const WORKERS = 2;

/** The built proxy before providers that fail at random, and clients that keep it busy. */
export class BusyProxy {
  readonly #chance = new Chance(1);
  readonly #providers = [2, 3].map((seed) => new FaultyProvider(new Chance(seed)));
  readonly #config: string;
  #proxy: Child | undefined;
  port = 0;

  /** @param directory - where its configuration is written */
  constructor(directory: string) {
    this.#config = join(directory, 'config.yaml');
  }

  async start(): Promise<void> {
    const [north = 0, south = 0] = await Promise.all(
      this.#providers.map((provider) => provider.start()),
    );
    const nobody = await freePort();
    this.#writeConfig({ north, south, nobody });
    this.port = await freePort();
    this.#proxy = new Child({
      name: 'llm-proxy',
      args: [new URL('../../dist/main.js', import.meta.url).pathname],
      environment: {
        CONFIG_PATH: this.#config,
        HOST: '127.0.0.1',
        PORT: String(this.port),
        LOG_LEVEL: 'silent',
      },
    });
    while (!(await this.#isReady())) {
      this.#proxy.assertRunning();
      await wait(20);
    }
  }

  #writeConfig(ports: Record<'north' | 'south' | 'nobody', number>): void {
    const at = (port: number): string => `http://127.0.0.1:${port}/v1`;
    const providers = [
      { name: 'north', api_base: at(ports.north), model_mapping: { large: 'large' } },
      { name: 'south', api_base: at(ports.south), model_mapping: { large: 'large' } },
      { name: 'east', api_base: at(ports.nobody), model_mapping: { small: 'small', gone: 'gone' } },
      {
        name: 'demo',
        type: 'demo',
        model_mapping: { demo: 'demo' },
        tokens_per_second: 100,
        latency: '100ms',
        response_tokens: 40,
      },
    ];
    const settings = {
      server: { workers: WORKERS },
      timeouts: { connect: '1s', first_token: '600ms', idle: '600ms', total: '8s' },
      fallbacks: { small: ['large'] },
      retry: { max_wait: '200ms', backoff: '50ms' },
      breaker: { open: '1s', max_open: '3s' },
      hedge: { after: '300ms', max_ratio: 0.2 },
      stream_recovery: 'resume',
    };
    // JSON is YAML.
    writeFileSync(this.#config, JSON.stringify({ providers, ...settings }));
  }

  /**
   * Kills one of its workers (Linux).
   * @returns when another has taken its place
   * @throws Error when the proxy has ended, or has no workers
   */
  async killWorker(): Promise<void> {
    const pid = this.#proxy?.pid ?? 0;
    const [worker] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    if (!(Number(worker) > 0)) {
      throw new Error('the proxy has no workers');
    }
    process.kill(Number(worker), 'SIGKILL');
    while (!(await this.#page()).includes('llm_proxy_worker_restarts_total 1\n')) {
      this.#proxy?.assertRunning();
      await wait(20);
    }
    while (!(await this.#page()).includes(`llm_proxy_workers ${WORKERS}\n`)) {
      this.#proxy?.assertRunning();
      await wait(20);
    }
  }

  /** Writes a configuration that the proxy refuses. */
  breakConfig(): void {
    writeFileSync(this.#config, 'providers: []\n');
  }

  /** Lets all clients ask, one thing after another. @param length - how long, s */
  async drive(length: number): Promise<void> {
    const endsAt = performance.now() + length * 1000;
    await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        while (performance.now() < endsAt) {
          await this.#ask();
          await wait(this.#chance.next() * PAUSE);
        }
      }),
    );
  }

  /** @returns the names of the metrics that are the proxy's own, as it reports them now */
  async ownMetrics(): Promise<readonly string[]> {
    const page = await this.#page();
    return [...page.matchAll(/^# TYPE (llm_proxy_\w+) /gm)].map(([, name = '']) => name);
  }

  async stop(): Promise<void> {
    await this.#proxy?.stop();
    for (const provider of this.#providers) {
      provider.stop();
    }
  }

  async #ask(): Promise<void> {
    const leaves = this.#chance.next() < 0.05;
    const stream = this.#chance.next() < 0.7;
    try {
      const response = await fetch(`http://127.0.0.1:${this.port}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model: this.#chance.pick(MODELS),
          stream,
          user: 'id-x',
          messages: [{ role: 'user', content: 'Hello!' }],
        }),
        signal: AbortSignal.timeout(leaves ? Math.floor(this.#chance.next() * 400) : PATIENCE),
      });
      await response.text();
    } catch {
      // Left, or cut off: metrics have counted it.
    }
  }

  /** @returns what `/metrics` shows; nothing where the worker that was asked has just ended */
  async #page(): Promise<string> {
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const response = await fetch(`http://127.0.0.1:${this.port}/metrics`, { signal });
      return await response.text();
    } catch {
      return '';
    }
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.port}/health/ready`)).ok;
    } catch {
      return false;
    }
  }
}
