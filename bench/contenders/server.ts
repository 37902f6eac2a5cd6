import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Child, type ChildOptions } from '../machine/child.ts';
import { freePort } from '../machine/free-port.ts';
import { JSON_ANSWER } from '../traffic/answer-plan.ts';
import { requestBody } from '../traffic/request-body.ts';

/** What the clients of all contenders send; only our own proxy looks at it. */
export const CLIENT_KEY = 'bench-master-key';

/** How long a server may take to its first answer, ms. */
const START_LIMIT = 20_000;
/** How often it is tried, ms. */
const TRY_INTERVAL = 2;

/** A server of the benchmark that answers. */
export interface RunningServer {
  readonly child: Child;
  readonly origin: string;
  /** From the start of the process to the end of its first answer, ms. */
  readonly startTime: number;
}

export type ServerOptions = Omit<ChildOptions, 'environment'> & {
  /** @returns the server's environment, for the port it is to listen on */
  readonly environmentFor: (port: number) => Readonly<Record<string, string>>;
};

/**
 * Starts a server on a free port and waits until it has answered a completion.
 * @throws Error when it does not, or ends before
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = new Child({ ...options, environment: options.environmentFor(port) });
  let status = await ask(origin);
  while (status === undefined) {
    if (performance.now() - startedAt > START_LIMIT) {
      throw new Error(`${options.name} does not listen on its port`);
    }
    await wait(TRY_INTERVAL);
    child.assertRunning();
    status = await ask(origin);
  }
  if (status !== 200) {
    throw new Error(`${options.name} answers with status ${status}`);
  }
  return { child, origin, startTime: performance.now() - startedAt };
}

/** @returns the status of one completion's answer; undefined when there is no connection yet */
function ask(origin: string): Promise<number | undefined> {
  const body = requestBody(JSON_ANSWER, 0);
  return new Promise((resolve, reject) => {
    const call = request(`${origin}/v1/chat/completions`, {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${CLIENT_KEY}`,
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
