import { STATUS_CODES } from 'node:http';
import type { Exchange } from './exchange.js';

/** What a fake upstream does with one request. */
export type Script = (exchange: Exchange) => void | Promise<void>;

/** Header values by name. */
export type Headers = Readonly<Record<string, string | number>>;

/** @returns the head of a response, its blank line included */
export function head(status: number, headers: Headers = {}): string {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${fields.join('')}\r\n`;
}

/** @returns bytes as one chunk of a chunked body (RFC 9112 section 7.1) */
export function chunk(bytes: string | Uint8Array): Buffer {
  const content = Buffer.from(bytes);
  return Buffer.concat([
    Buffer.from(`${content.length.toString(16)}\r\n`),
    content,
    Buffer.from('\r\n'),
  ]);
}

/** The end of a chunked body. */
export const LAST_CHUNK = '0\r\n\r\n';

/** The head of an event stream with a chunked body. */
export const STREAM_HEAD = streamHead();

/** @returns the head of an event stream with a chunked body */
export function streamHead(headers: Headers = {}): string {
  return head(200, {
    'content-type': 'text/event-stream',
    'transfer-encoding': 'chunked',
    ...headers,
  });
}

/**
 * Answers with one body.
 *
 * @param body - text and bytes are sent as they are, anything else as JSON
 */
export function json(status: number, body: unknown, headers: Headers = {}): Script {
  const bytes =
    typeof body === 'string' || body instanceof Uint8Array
      ? Buffer.from(body)
      : Buffer.from(JSON.stringify(body));
  return respond(status, bytes, { 'content-type': 'application/json', ...headers });
}

/** Answers with these bytes as body, whatever they are. */
export function respond(status: number, body: string | Uint8Array, headers: Headers): Script {
  const bytes = Buffer.from(body);
  return async (exchange) => {
    const first = head(status, { ...headers, 'content-length': bytes.length });
    await exchange.send(Buffer.concat([Buffer.from(first), bytes]));
  };
}

export interface StreamOptions {
  readonly headers?: Headers;
  /** Whether `data: [DONE]` follows the events; true by default. */
  readonly done?: boolean;
  /** Whether the body is chunked; otherwise it ends with its connection. True by default. */
  readonly chunked?: boolean;
}

/**
 * Answers with an event stream, one packet an event.
 *
 * @param events - with their blank lines
 */
export function sse(events: readonly string[], options: StreamOptions = {}): Script {
  const { headers = {}, done = true, chunked = true } = options;
  const all = done ? [...events, DONE] : events;
  return async (exchange) => {
    if (chunked) {
      await exchange.sendEach([streamHead(headers), ...all.map(chunk), LAST_CHUNK]);
    } else {
      await exchange.sendEach([
        head(200, { 'content-type': 'text/event-stream', ...headers }),
        ...all,
      ]);
      exchange.finish();
    }
  };
}

/** Answers with an event stream that reaches the proxy in exactly these packets. */
export function ssePackets(packets: Iterable<Uint8Array>): Script {
  return async (exchange) => {
    await exchange.send(STREAM_HEAD);
    for (const packet of packets) {
      await exchange.send(chunk(packet));
    }
    await exchange.send(LAST_CHUNK);
  };
}

/** Breaks the connection instead of an answer. */
export const resetting: Script = (exchange) => {
  exchange.reset();
};

/** Closes the connection instead of an answer. */
export const closing: Script = (exchange) => {
  exchange.finish();
};

/** Never answers. */
export const silent: Script = () => undefined;

/** The event that ends a stream by the book. */
export const DONE = 'data: [DONE]\n\n';
