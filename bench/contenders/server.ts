import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Child, type ChildOptions } from '../machine/child.ts';
import { freePort } from '../machine/free-port.ts';
import { JSON_ANSWER } from '../traffic/answer-plan.ts';
import { requestBody } from '../traffic/request-body.ts';
import type { RunningServer } from './contender.ts';
import { OBSERVED, Observer } from './observer.ts';

/** What the clients of all that is started here send; only our own proxy looks at it. */
export const CLIENT_KEY = 'bench-master-key';

/** How long a server may take to its first answer, ms. */
const START_LIMIT = 20_000;
/** How often it is tried, ms. */
const TRY_INTERVAL = 2;

export type ServerOptions = Omit<ChildOptions, 'environment' | 'args' | 'answers'> & {
  /** @returns the program's arguments, for the port it is to listen on */
  readonly argsFor: (port: number) => readonly string[];
  /** @returns the server's environment, for the port it is to listen on */
  readonly environmentFor?: (port: number) => Readonly<Record<string, string>>;
  /** The port it is to listen on; a free one unless given. */
  readonly port?: number | undefined;
  /** Whether it is a Node process that can be looked at from the inside. */
  readonly observed?: boolean;
};

/**
 * Starts a server and waits until it has answered a completion.
 * @throws Error when it does not, or ends before
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { name, observed = false, port = await freePort() } = options;
  const url = `http://127.0.0.1:${port}`;
  const headers = bearer(CLIENT_KEY);
  const args = [...(observed ? OBSERVED : []), ...options.argsFor(port)];
  const environment = options.environmentFor?.(port) ?? {};
  const startedAt = performance.now();
  const child = new Child({ ...options, args, environment, answers: observed });
  let status = await ask(url, headers);
  while (status === undefined) {
    if (performance.now() - startedAt > START_LIMIT) {
      throw new Error(`${name} does not listen on its port. ${child.lastWords}`);
    }
    await wait(TRY_INTERVAL);
    child.assertRunning();
    status = await ask(url, headers);
  }
  if (status !== 200) {
    throw new Error(`${name} answers with status ${status}. ${child.lastWords}`);
  }
  return {
    name,
    url,
    headers,
    pid: child.pid,
    startTime: performance.now() - startedAt,
    observer: observed ? new Observer(child) : undefined,
    stop: () => child.stop(),
  };
}

/** @returns the header that carries a key */
export function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

/**
 * @returns the status of one completion's answer; undefined when there is no connection yet
 * @throws Error when the connection breaks
 */
export function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const body = requestBody(JSON_ANSWER, 0);
  return new Promise((resolve, reject) => {
    const call = request(`${url}/v1/chat/completions`, {
      method: 'POST',
      agent: false,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': body.byteLength,
      },
    });
    call.on('response', (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode);
      });
    });
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') {
        resolve(undefined);
      } else {
        reject(error);
      }
    });
    call.end(body);
  });
}
