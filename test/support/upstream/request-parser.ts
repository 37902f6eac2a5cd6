/** A request as it came over the wire. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Head extends Omit<RecordedRequest, 'body'> {
  /** Bytes of the head, its blank line included. */
  readonly length: number;
}

const HEAD_END = '\r\n\r\n';

/** Reads the requests of one connection: as much of HTTP/1.1 as a client needs to be recorded. */
export class RequestParser {
  #bytes = Buffer.alloc(0);
  /** Chunks that came behind `#bytes` and cannot complete anything yet. */
  #more: Uint8Array[] = [];
  /** How many bytes must be there before it is worth looking again. */
  #needed = 0;
  readonly #headsOnly: boolean;

  /** @param options - `headsOnly`: takes a request for complete when its head is */
  constructor({ headsOnly = false }: { readonly headsOnly?: boolean } = {}) {
    this.#headsOnly = headsOnly;
  }

  /** @returns the requests that `chunk` completes */
  push(chunk: Uint8Array): readonly RecordedRequest[] {
    this.#more.push(chunk);
    this.#needed -= chunk.byteLength;
    if (this.#needed > 0) {
      return [];
    }
    this.#bytes = Buffer.concat([this.#bytes, ...this.#more]);
    this.#more = [];
    const requests: RecordedRequest[] = [];
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      requests.push(next);
    }
    return requests;
  }

  #take(): RecordedRequest | undefined {
    const head = readHead(this.#bytes);
    if (head === undefined) {
      return undefined;
    }
    const { length, ...request } = head;
    const rest = this.#bytes.subarray(length);
    const body = this.#headsOnly ? readLength(rest, 0) : readBody(request.headers, rest);
    if (body === undefined) {
      this.#needed = Number(request.headers['content-length'] ?? 0) - rest.length;
      return undefined;
    }
    this.#bytes = rest.subarray(body.end);
    return { ...request, body: Buffer.from(body.bytes) };
  }
}

function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf(HEAD_END);
  if (end === -1) {
    return undefined;
  }
  const [line = '', ...fields] = bytes.toString('latin1', 0, end).split('\r\n');
  const [method = '', path = ''] = line.split(' ');
  const headers: Record<string, string> = {};
  for (const field of fields) {
    const colon = field.indexOf(':');
    headers[field.slice(0, colon).toLowerCase()] = field.slice(colon + 1).trim();
  }
  return { method, path, headers, length: end + HEAD_END.length };
}

interface Body {
  readonly bytes: Buffer;
  readonly end: number;
}

function readBody(headers: RecordedRequest['headers'], bytes: Buffer): Body | undefined {
  return headers['transfer-encoding'] === 'chunked'
    ? readChunks(bytes)
    : readLength(bytes, Number(headers['content-length'] ?? 0));
}

function readLength(bytes: Buffer, length: number): Body | undefined {
  return bytes.length < length ? undefined : { bytes: bytes.subarray(0, length), end: length };
}

function readChunks(bytes: Buffer): Body | undefined {
  const parts: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', position);
    const size = lineEnd === -1 ? 0 : parseInt(bytes.toString('latin1', position, lineEnd), 16);
    const end = lineEnd + 2 + size + 2;
    if (lineEnd === -1 || bytes.length < end) {
      return undefined;
    }
    if (size === 0) {
      return { bytes: Buffer.concat(parts), end };
    }
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = end;
  }
}
