import { once } from 'node:events';
import { type RequestListener, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { RawConnection, requestHead } from '../../test/support/raw-connection.js';
import { closeAll, track } from '../../test/support/resources.js';
import { waitFor } from '../../test/support/waiting.js';
import { ActiveRequests } from './active-requests.js';
import { configureServer } from './http-server.js';
import { RequestContext } from './request-context.js';

/** Starts a server of ours. Every request is running until its response closes. */
async function serve(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const active = new ActiveRequests();
  const server = createServer((request, response) => {
    const context = new RequestContext('id', 'GET', '/', '/', 0);
    active.add(context, response);
    response.once('close', () => {
      active.remove(context);
    });
    listener(request, response);
  });
  configureServer(server, active);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  track({
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** @returns the head and the parsed body of the only answer in `text` */
function parse(text: string): { head: string; body: unknown } {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return { head, body: JSON.parse(body) };
}

const MALFORMED = {
  error: {
    message: 'The request is malformed.',
    type: 'invalid_request_error',
    param: null,
    code: 'malformed_request',
  },
};

const answerOk: RequestListener = (_request, response) => {
  response.end('ok');
};

describe('configureServer', () => {
  afterEach(closeAll);

  it('outlasts the idle connections of load balancers, and gives uploads their time', async () => {
    const { server } = await serve(answerOk);

    expect(server.keepAliveTimeout).toBeGreaterThan(65_000);
    expect(server.headersTimeout).toBe(60_000);
    expect(server.requestTimeout).toBe(600_000);
    expect(server.timeout).toBe(0);
  });

  it.each([
    ['what is not HTTP', 'hello\r\n\r\n', 'HTTP/1.1 400 Bad Request', MALFORMED.error.message],
    [
      'a head that is too large',
      requestHead('GET', '/', { 'x-large': 'x'.repeat(20_000) }),
      'HTTP/1.1 431 Request Header Fields Too Large',
      "The request's headers are too large.",
    ],
    [
      'two lengths',
      requestHead('POST', '/', { 'content-length': '1', 'Content-Length': '2' }),
      'HTTP/1.1 400 Bad Request',
      MALFORMED.error.message,
    ],
  ])("answers %s in OpenAI's format, and closes", async (_name, bytes, status, message) => {
    const connection = await RawConnection.open(await serve(answerOk));

    await connection.send(bytes);
    const { head, body } = parse(await connection.untilClosed());

    expect(head.split('\r\n')[0]).toBe(status);
    expect(head).toContain('connection: close');
    expect(head).toMatch(/^x-request-id: [\da-f-]{36}$/m);
    expect(body).toStrictEqual({ error: { ...MALFORMED.error, message } });
  });

  it('answers what is not HTTP behind a request that is answered', async () => {
    const connection = await RawConnection.open(await serve(answerOk));
    await connection.send(requestHead('GET', '/'));
    await connection.until('ok');

    await connection.send('hello\r\n\r\n');

    expect(await connection.untilClosed()).toContain('HTTP/1.1 400 Bad Request');
  });

  it('puts nothing into an answer that has begun: its connection is cut', async () => {
    const listener: RequestListener = (_request, response) => {
      response.write('data: 1\n\n');
    };
    const connection = await RawConnection.open(await serve(listener));
    await connection.send(requestHead('GET', '/'));
    await connection.until('data: 1');

    await connection.send('hello\r\n\r\n');

    expect(await connection.untilClosed()).not.toContain('400');
  });

  it('answers for a request that still waits, when what follows is not HTTP', async () => {
    let asked = 0;
    const listener: RequestListener = () => {
      asked += 1;
    };
    const connection = await RawConnection.open(await serve(listener));
    await connection.send(requestHead('GET', '/'));
    await waitFor(() => asked === 1, 'the request has come');

    await connection.send('hello\r\n\r\n');

    expect(await connection.untilClosed()).toContain('HTTP/1.1 400 Bad Request');
  });
});

describe('configureServer: a client that waits for a go-ahead', () => {
  afterEach(closeAll);

  const UPLOAD = requestHead('POST', '/', { 'content-length': 4, expect: '100-continue' });

  it('gets it when its body begins to be read, and keeps its connection', async () => {
    const listener: RequestListener = (request, response) => {
      request.on('data', (chunk) => response.write(`got ${String(chunk)}`));
      request.on('end', () => response.end('!'));
    };
    const connection = await RawConnection.open(await serve(listener));

    await connection.send(UPLOAD);
    await connection.until('HTTP/1.1 100 Continue\r\n\r\n');
    await connection.send('body');

    expect(await connection.until('!')).toContain('got body');
    expect(connection.received).toContain('Connection: keep-alive');
  });

  it('gets a refusal in its place, and its connection is closed', async () => {
    const listener: RequestListener = (request, response) => {
      response.writeHead(401);
      response.end('no');
      request.resume();
    };
    const connection = await RawConnection.open(await serve(listener));

    await connection.send(UPLOAD);
    const answer = await connection.untilClosed();

    expect(answer).toMatch(/^HTTP\/1.1 401 /);
    expect(answer).toContain('Connection: close');
    expect(answer).not.toContain('100 Continue');
  });
});
