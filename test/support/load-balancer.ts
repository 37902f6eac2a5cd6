import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Closable, track } from './resources.js';
import { abandon } from './upstream/abandon.js';

const PROGRAM = 'haproxy';

/** A server behind the balancer: its name and its port on 127.0.0.1. */
export interface Replica {
  readonly name: string;
  readonly port: number;
}

/** HAProxy in front of replicas, as an operator runs it, on any free port of 127.0.0.1. */
export class LoadBalancer implements Closable {
  #said = '';
  readonly #process: ChildProcessByStdio<null, null, Readable>;
  readonly #directory = mkdtempSync(join(tmpdir(), 'llm-proxy-balancer-'));
  readonly #ended: Promise<unknown>;

  private constructor(
    readonly port: number,
    replicas: readonly Replica[],
  ) {
    const file = join(this.#directory, 'haproxy.cfg');
    writeFileSync(file, configuration(port, replicas));
    this.#process = spawn(PROGRAM, ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
    this.#ended = once(this.#process, 'close');
  }

  /** Whether the machine has one. */
  static get isInstalled(): boolean {
    return spawnSync(PROGRAM, ['-v']).status === 0;
  }

  /** Starts one in front of replicas that are ready. `closeAll` ends it. */
  static async start(replicas: readonly Replica[]): Promise<LoadBalancer> {
    const balancer = track(new LoadBalancer(await freePort(), replicas));
    // It says nothing when it is there.
    while (!(await isListening(balancer.port))) {
      balancer.#assertRunning();
    }
    return balancer;
  }

  /** Waits until its latest word on a replica is that it gets requests (`UP`), or none (`DOWN`). */
  async until({ name }: Replica, state: 'UP' | 'DOWN'): Promise<void> {
    const word = new RegExp(`^.*Server replicas/${name} is (UP|DOWN)`, 'gm');
    await this.#until(() => [...this.#said.matchAll(word)].at(-1)?.[1] === state);
  }

  async close(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
    rmSync(this.#directory, { recursive: true });
  }

  #assertRunning(): void {
    if (this.#process.stderr.readableEnded) {
      throw new Error(`the load balancer has ended:\n${this.#said}`);
    }
  }

  async #until(isTrue: () => boolean): Promise<void> {
    const { stderr } = this.#process;
    while (!isTrue()) {
      this.#assertRunning();
      await Promise.race([once(stderr, 'data'), once(stderr, 'end')]);
    }
  }
}

/**
 * It hides nothing: a request that a replica fails is not sent again (`retries 0`), and it sends
 * requests on connections that it kept (`http-reuse always`), which a replica that closes may cut.
 */
function configuration(port: number, replicas: readonly Replica[]): string {
  const servers = replicas.map(
    (replica) =>
      `  server ${replica.name} 127.0.0.1:${replica.port} check inter 100ms fall 2 rise 2`,
  );
  return `
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  retries 0
frontend clients
  bind 127.0.0.1:${port}
  default_backend replicas
backend replicas
  balance roundrobin
  http-reuse always
  option httpchk GET /health/ready
${servers.join('\n')}
`;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** @returns a port of 127.0.0.1 that only who asks for it by its number can listen on */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await abandon(server);
  return port;
}
