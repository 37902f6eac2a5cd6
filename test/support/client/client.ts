import {
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
} from 'node:http';
import { MODEL } from '../upstream/chat.js';
import { ClientResponse } from './client-response.js';

/** Where requests go. */
interface Server {
  readonly port: number;
}

export interface RequestOptions {
  /** `POST` by default. */
  readonly method?: string;
  /** `/v1/chat/completions` by default. */
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
}

/** A request under way. */
export class PendingRequest {
  /** Resolves with the head of the answer; rejects when the connection closes without one. */
  readonly response: Promise<ClientResponse>;

  constructor(private readonly outgoing: ClientRequest) {
    this.response = new Promise((resolve, reject) => {
      outgoing.once('response', (message: IncomingMessage) => {
        resolve(new ClientResponse(message, outgoing));
      });
      outgoing.once('error', reject);
    });
    // Who leaves does not wait for the answer.
    this.response.catch(() => undefined);
  }

  /** Leaves: closes the connection. */
  abort(): void {
    this.outgoing.destroy();
  }
}

/** Sends a request on a connection of its own. */
export function startRequest(server: Server, options: RequestOptions = {}): PendingRequest {
  const { method = 'POST', path = '/v1/chat/completions', headers = {}, body } = options;
  const bytes = toBytes(body);
  const outgoing = request({
    host: '127.0.0.1',
    port: server.port,
    method,
    path,
    agent: false,
    headers: {
      ...(bytes === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': bytes.length }),
      ...headers,
    },
  });
  outgoing.end(bytes);
  return new PendingRequest(outgoing);
}

/** Sends a request. @returns the answer as soon as its head is there; its body is not read yet */
export function open(server: Server, options: RequestOptions = {}): Promise<ClientResponse> {
  return startRequest(server, options).response;
}

/** Sends a request. @returns the answer, all of it read */
export async function send(server: Server, options: RequestOptions = {}): Promise<ClientResponse> {
  const response = await open(server, options);
  await response.readAll();
  return response;
}

/** @returns the body of a chat request */
export function chatBody(more: Readonly<Record<string, unknown>> = {}): object {
  return { model: MODEL, messages: [{ role: 'user', content: 'Hi' }], ...more };
}

function toBytes(body: unknown): Buffer | undefined {
  if (body === undefined) {
    return undefined;
  }
  return typeof body === 'string' || body instanceof Uint8Array
    ? Buffer.from(body)
    : Buffer.from(JSON.stringify(body));
}
