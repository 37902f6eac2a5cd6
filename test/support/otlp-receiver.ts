import { once } from 'node:events';
import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Closable, track } from './resources.js';

type Value = string | number | boolean;

interface OtlpAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, Value>>;
}

interface OtlpSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly status: { readonly code: number };
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** A span as the collector has it. */
export interface ReceivedSpan extends Omit<OtlpSpan, 'attributes' | 'status'> {
  readonly attributes: Readonly<Record<string, Value>>;
  /** 0: unset, 2: error. */
  readonly status: number;
  /** What it says of its process. */
  readonly resource: Readonly<Record<string, Value>>;
}

/** The kinds of spans in OTLP. */
export const KIND = { server: 2, client: 3 };

/** A collector: takes traces by OTLP over HTTP, and reads those in JSON. */
export class OtlpReceiver implements Closable {
  readonly spans: ReceivedSpan[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  /** All that was sent to it, as it came. */
  readonly bodies: Buffer[] = [];
  #changed = Promise.withResolvers<undefined>();

  private constructor(private readonly server: Server) {}

  /** Starts one on any free port of 127.0.0.1; `closeAll` ends it. */
  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        receiver.#take(request.url ?? '', request.headers, Buffer.concat(chunks));
        response.writeHead(200, { 'content-type': request.headers['content-type'] }).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return track(receiver);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Waits until it has received that many spans. @returns all of them, in the order of their start */
  async until(count: number): Promise<readonly ReceivedSpan[]> {
    while (this.spans.length < count) {
      await this.#changed.promise;
    }
    return this.spans;
  }

  /** Waits until something has come, whatever it is. */
  async untilAnything(): Promise<void> {
    while (this.bodies.length === 0) {
      await this.#changed.promise;
    }
  }

  #take(path: string, headers: IncomingHttpHeaders, body: Buffer): void {
    if (path !== '/v1/traces') {
      return;
    }
    this.headers.push(headers);
    this.bodies.push(body);
    if (headers['content-type'] === 'application/json') {
      this.spans.push(...spansOf(JSON.parse(body.toString()) as OtlpRequest));
    }
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }
}

function spansOf({ resourceSpans }: OtlpRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: recordOf(span.attributes),
        status: span.status.code,
        resource: recordOf(resource.attributes),
      })),
    ),
  );
}

function recordOf(attributes: readonly OtlpAttribute[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, Object.values(value)[0] ?? '']),
  );
}
