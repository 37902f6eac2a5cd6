import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { eventsOf, wholeAnswer } from './answers.ts';
import type { Chance } from './chance.ts';

/** What a provider may do to a request, and how likely each is. */
const FAULTS = [
  ['none', 60],
  ['slow', 5],
  ['status-500', 4],
  ['status-429', 3],
  ['status-429-with-wait', 3],
  ['html', 2],
  ['reset-before-head', 4],
  ['reset-after-head', 4],
  ['cut', 5],
  ['stall', 3],
  ['error-first', 2],
  ['error-later', 2],
  ['garbage', 2],
  ['no-done', 2],
] as const;

type Fault = (typeof FAULTS)[number][0];

/** Longer than the proxy's first-token deadline, ms. */
const SLOW = 900;

/** A provider that fails at random, by its seed. */
export class FaultyProvider {
  readonly #server: Server;
  readonly #chance: Chance;
  readonly counts = new Map<Fault, number>();

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => {
        response.destroy();
      });
    });
  }

  /** @returns its port on 127.0.0.1 */
  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Ends the connections that nobody uses, as a provider does after a while. */
  closeIdleConnections(): void {
    this.#server.closeIdleConnections();
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks).toString();
    const fault = this.#chance.pick(FAULTS);
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    const asked = {
      id: /"id-(\w+)"/.exec(body)?.[1] ?? '',
      model: /"model":"(\w+)"/.exec(body)?.[1] ?? '',
    };
    if (!this.#refuse(fault, response)) {
      await (body.includes('"stream":true')
        ? this.#stream(fault, response, asked)
        : this.#whole(fault, response, asked));
    }
  }

  #refuse(fault: Fault, response: ServerResponse): boolean {
    const json = { 'content-type': 'application/json' };
    const error = '{"error":{"message":"no","type":"server_error"}}';
    switch (fault) {
      case 'status-500':
        response.writeHead(500, json).end(error);
        return true;
      case 'status-429':
        response.writeHead(429, json).end(error);
        return true;
      case 'status-429-with-wait':
        response.writeHead(429, { ...json, 'retry-after-ms': '50' }).end(error);
        return true;
      case 'html':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
        return true;
      case 'reset-before-head':
        response.socket?.resetAndDestroy();
        return true;
      default:
        return false;
    }
  }

  async #whole(fault: Fault, response: ServerResponse, asked: Asked): Promise<void> {
    const body = wholeAnswer(asked.id, asked.model);
    await this.#hesitate(fault);
    const length = Buffer.byteLength(body);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
    if (fault === 'reset-after-head' || fault === 'cut' || fault === 'stall') {
      response.write(body.slice(0, length / 2));
      await this.#breakOff(fault, response);
    } else {
      response.end(fault === 'error-first' ? '{"error":{"message":"no"}}'.padEnd(length) : body);
    }
  }

  async #stream(fault: Fault, response: ServerResponse, asked: Asked): Promise<void> {
    const events = eventsOf(asked.id, asked.model);
    const breakAt =
      fault === 'reset-after-head' ? 0 : Math.floor(this.#chance.next() * events.length);
    await this.#hesitate(fault);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const [index, event] of events.entries()) {
      if (index === breakAt && (await this.#breakOff(fault, response))) {
        return;
      }
      response.write(event);
      await wait(1);
    }
    response.end(fault === 'no-done' ? undefined : 'data: [DONE]\n\n');
  }

  async #hesitate(fault: Fault): Promise<void> {
    if (fault === 'slow') {
      await wait(SLOW);
    }
  }

  /** @returns whether nothing more comes */
  async #breakOff(fault: Fault, response: ServerResponse): Promise<boolean> {
    switch (fault) {
      case 'reset-after-head':
        await wait(1);
        response.socket?.resetAndDestroy();
        return true;
      case 'cut':
        response.destroy();
        return true;
      case 'stall':
        await once(response, 'close');
        return true;
      case 'error-first':
      case 'error-later':
        response.end('data: {"error":{"message":"no","type":"server_error"}}\n\n');
        return true;
      case 'garbage':
        response.write('data: {"choices":\n\n');
        return false;
      default:
        return false;
    }
  }
}

interface Asked {
  readonly id: string;
  readonly model: string;
}
