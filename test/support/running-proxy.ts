import type { AddressInfo, Socket } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { PinoLogger } from 'nestjs-pino';
import { register } from 'prom-client';
import { createApplication } from '../../src/application.js';
import type { Clock } from '../../src/clock/index.js';
import { parseConfig } from '../../src/config/index.js';
import { MODEL } from './upstream/chat.js';
import type { FakeUpstream } from './upstream/fake-upstream.js';
import { LogCapture } from './log-capture.js';
import { Metrics } from './metrics.js';
import { type Closable, track } from './resources.js';

/** A provider's key, unless the test gives another: long enough to be searched for in any output. */
export const PROVIDER_KEY = 'sk-provider-0123456789abcdef';

/**
 * What a proxy does about failures unless its test says otherwise: nothing. Most tests are about one
 * failure and what becomes of it.
 */
const NO_RESILIENCE = {
  retry: { attempts: 1, max_wait: 0 },
  breaker: { consecutive_failures: 1000, min_samples: 1000 },
};

export interface ProxyOptions {
  /** The configuration: the text of a file, or the same as an object, without retries unless set. */
  readonly config: string | Readonly<Record<string, unknown>>;
  /** Variables for `${…}`, the overrides and the proxies; none by default. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The proxy's time; the machine's by default. */
  readonly clock?: Clock;
}

/**
 * nestjs-pino keeps one logger for a whole process, the one of the first proxy. So all proxies of a
 * test file share a destination, and what they log goes to the latest of them.
 */
const logDestination = {
  write(line: string): void {
    latestLogs.write(line);
  },
};
let latestLogs = new LogCapture();

/** A proxy that serves real HTTP on a port of its own. */
export class RunningProxy implements Closable {
  readonly #clients = new Set<Socket>();

  /**
   * @param port - on 127.0.0.1
   * @param logs - all that it has logged so far; of several proxies only the latest one's grow
   */
  constructor(
    readonly app: NestExpressApplication,
    readonly port: number,
    readonly logs: LogCapture,
  ) {
    app.getHttpServer().on('connection', (socket: Socket) => {
      this.#clients.add(socket);
      socket.once('close', () => this.#clients.delete(socket));
    });
  }

  /** Bytes that the proxy has written for its clients and that their sockets have not taken yet. */
  get queued(): number {
    return [...this.#clients].reduce((sum, { writableLength }) => sum + writableLength, 0);
  }

  /** Its address, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Asks for its page of metrics. Of several proxies in one test only the latest has numbers. */
  async metrics(): Promise<Metrics> {
    const response = await fetch(`${this.url}/metrics`, { headers: { connection: 'close' } });
    return new Metrics(await response.text());
  }

  /** Cuts what still runs, and ends. */
  async close(): Promise<void> {
    this.app.getHttpServer().closeAllConnections();
    await this.app.close();
  }
}

/**
 * Starts a proxy in this process, on any free port, with all its metrics at zero. `closeAll` ends it.
 */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  forgetMetrics();
  const { config, environment = {}, clock } = options;
  const yaml =
    typeof config === 'string' ? config : JSON.stringify({ ...NO_RESILIENCE, ...config });
  const logs = new LogCapture();
  latestLogs = logs;
  const parsed = parseConfig(yaml, { environment });
  const app = await createApplication(parsed, {
    logDestination,
    ...(clock === undefined ? {} : { clock }),
  });
  PinoLogger.root.level = parsed.logging.level;
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return track(new RunningProxy(app, port, logs));
}

/**
 * @param more - settings that differ
 * @returns the configuration of one provider that stands at `upstream` and serves MODEL
 */
export function providerAt(
  upstream: FakeUpstream,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    name: 'upstream',
    api_base: upstream.url,
    api_key: PROVIDER_KEY,
    // Without a mapping the proxy would also ask for the provider's models, in the background.
    model_mapping: { [MODEL]: MODEL },
    ...more,
  };
}

/** prom-client keeps one registry for a whole process; each proxy makes its own metrics anew. */
function forgetMetrics(): void {
  for (const { name } of register.getMetricsAsArray()) {
    if (name.startsWith('llm_proxy_')) {
      register.removeSingleMetric(name);
    }
  }
}
