import { afterEach, describe, expect, it } from '@jest/globals';
import {
  FakeUpstream,
  STREAM_HEAD,
  type RunningProxy,
  chatAnswer,
  chatBody,
  chunk,
  closeAll,
  json,
  providerAt,
  send,
  startProxy,
  textEvent,
  waitFor,
} from '../support/index.js';
import { errorBody, expectNoInside } from '../support/error-format.js';
import { RawConnection, requestHead } from '../support/raw-connection.js';

const PATH = '/v1/chat/completions';
const JSON_TYPE = { 'content-type': 'application/json' };

async function start(
  server: Readonly<Record<string, unknown>> = {},
): Promise<{ proxy: RunningProxy; upstream: FakeUpstream }> {
  const upstream = await FakeUpstream.start();
  const proxy = await startProxy({ config: { providers: [providerAt(upstream)], server } });
  return { proxy, upstream };
}

const CHAT_REQUEST = { method: 'POST', endpoint: PATH };

interface ExpectedLine {
  readonly method: string;
  readonly endpoint: string;
  readonly status: number;
  readonly error: string | undefined;
}

/** Checks that log and metrics know of one request, of this one, by the id that its client has. */
async function expectCountedAndLogged(
  proxy: RunningProxy,
  { received }: RawConnection,
  { method, endpoint, status, error }: ExpectedLine,
): Promise<void> {
  const requestId = /\r\nx-request-id: (\S+)\r\n/i.exec(received)?.[1];
  await waitFor(() => proxy.logs.requests.length > 0, 'the request is over');
  expect(proxy.logs.requests).toHaveLength(1);
  const [line] = proxy.logs.requests;
  expect([
    line?.['requestId'],
    line?.['method'],
    line?.['endpoint'],
    line?.['status'],
  ]).toStrictEqual([requestId, method, endpoint, status]);
  expect(line?.['error']).toBe(error);
  const metrics = await proxy.metrics();
  const labels = { method, endpoint, status_code: String(status) };
  expect(metrics.sum('llm_proxy_requests_total', labels)).toBe(1);
  expect(metrics.sum('llm_proxy_requests_total')).toBe(1);
  expect(metrics.sum('llm_proxy_active_requests')).toBe(0);
}

/** @returns a whole chat request */
function chatRequest(more: Readonly<Record<string, unknown>> = {}, target = PATH): string {
  const body = JSON.stringify(chatBody(more));
  return requestHead('POST', target, { ...JSON_TYPE, 'content-length': body.length }) + body;
}

/** Checks that all that came back is one answer: this error, in OpenAI's format. */
function expectOnlyAnswer(answer: string, status: number, code: string): void {
  const [head = '', body = '', ...more] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(head.toLowerCase()).toContain('\r\ncontent-type: application/json; charset=utf-8\r\n');
  expect(head.toLowerCase()).toContain(`\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`);
  expect(JSON.parse(body)).toStrictEqual(errorBody({ status, code }));
  expectNoInside(body);
  expect(more).toStrictEqual([]);
}

describe('what is not HTTP', () => {
  afterEach(closeAll);

  it.each([
    ['plain text', 'how are you?\r\n\r\n'],
    ['a TLS handshake', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 0x0d, 0x0a])],
    ['an unknown method', 'CHAT / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['an unknown version', 'GET / HTTP/7.0\r\nhost: a\r\n\r\n'],
    ['a header without a colon', 'GET /health HTTP/1.1\r\nhost: a\r\nbroken\r\n\r\n'],
    ['a length that is no number', requestHead('POST', PATH, { 'content-length': 'many' })],
    [
      'a length beside chunks, as request smugglers send it',
      requestHead('POST', PATH, { 'content-length': 5, 'transfer-encoding': 'chunked' }),
    ],
  ])('is refused with 400 and the end of its connection: %s', async (_name, bytes) => {
    const { proxy } = await start();
    const connection = await RawConnection.open(proxy);

    await connection.send(bytes);

    expectOnlyAnswer(await connection.untilClosed(), 400, 'malformed_request');
    expect((await send(proxy, { method: 'GET', path: '/health/live' })).status).toBe(200);
  });

  it('is refused with 431 when its head is too large', async () => {
    const { proxy } = await start();
    const connection = await RawConnection.open(proxy);

    await connection.send(requestHead('GET', '/health', { 'x-large': 'x'.repeat(20_000) }));

    expectOnlyAnswer(await connection.untilClosed(), 431, 'malformed_request');
  });

  it('is refused in the middle of an upload too, and counted once', async () => {
    const { proxy, upstream } = await start();
    const connection = await RawConnection.open(proxy);

    const head = requestHead('POST', PATH, { ...JSON_TYPE, 'transfer-encoding': 'chunked' });
    await connection.send(`${head}3\r\n{"m\r\nnot a chunk size\r\n`);

    expectOnlyAnswer(await connection.untilClosed(), 400, 'malformed_request');
    expect(upstream.connections).toBe(0);
    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_requests_total')).toBe(1);
    expect(metrics.sum('llm_proxy_active_requests')).toBe(0);
  });

  it('never gets into an answer that has begun: that is cut instead', async () => {
    const { proxy, upstream } = await start();
    const connection = await RawConnection.open(proxy);
    const body = JSON.stringify(chatBody({ stream: true }));
    await connection.send(
      requestHead('POST', PATH, { ...JSON_TYPE, 'content-length': body.length }) + body,
    );
    const exchange = await upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    await connection.until('one');

    await connection.send('and now for something completely different\r\n\r\n');
    const answer = await connection.untilClosed();
    await exchange.closed;

    expect(answer.split('HTTP/1.1 ')).toHaveLength(2);
    expect(answer).not.toContain('[DONE]');
  });
});

describe('unusual HTTP', () => {
  afterEach(closeAll);

  it.each([
    ['a path with its origin', 'GET', 'http://proxy.example/health/live', 200],
    ['a path with an origin that is ours by no means', 'GET', 'https://x:1/health/live?a', 200],
    ['no path, which means / (RFC 9112 section 3.2.2)', 'GET', 'http://proxy.example', 200],
    ['a path that begins with two slashes', 'GET', '//health/live', 404],
    ['a star', 'OPTIONS', '*', 204],
    ['a path with control characters', 'GET', '/health/%00%0a', 404],
    ['a fragment', 'GET', '/health/live#top', 200],
  ])('has its answer: %s', async (_name, method, target, status) => {
    const { proxy } = await start();
    const connection = await RawConnection.open(proxy);

    await connection.send(requestHead(method, target, { connection: 'close' }));
    const answer = await connection.untilClosed();

    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expectNoInside(answer);
  });

  it('is served with its origin as without', async () => {
    const { proxy, upstream } = await start();
    upstream.answer(json(200, chatAnswer('Hi')));
    const connection = await RawConnection.open(proxy);

    await connection.send(chatRequest({}, `http://proxy.example${PATH}`));

    expect(await connection.until('Hi')).toMatch(/^HTTP\/1\.1 200 /);
    await expectCountedAndLogged(proxy, connection, {
      ...CHAT_REQUEST,
      status: 200,
      error: undefined,
    });
  });

  it.each([
    ['a host that is none', 'GET', 'http://[::bad'],
    ['a host that is none, with a path', 'GET', 'http://[::1/health'],
    ['a port that is none', 'GET', 'http://proxy.example:99999/health'],
    ['another scheme', 'GET', 'ftp://proxy.example/health'],
    ['a star for another method than OPTIONS', 'GET', '*'],
  ])(
    'with a target that names nothing is a 400 like any other: %s',
    async (_name, method, target) => {
      const { proxy } = await start();
      const connection = await RawConnection.open(proxy);

      await connection.send(requestHead(method, target, { connection: 'close' }));

      expectOnlyAnswer(await connection.untilClosed(), 400, 'malformed_request');
      await expectCountedAndLogged(proxy, connection, {
        method,
        endpoint: 'unmatched',
        status: 400,
        error: 'malformed_request',
      });
    },
  );

  it('without a target of its own is answered whether web pages are served or not', async () => {
    const { proxy } = await start({ cors: false });
    const connection = await RawConnection.open(proxy);

    await connection.send(requestHead('OPTIONS', '*', { connection: 'close' }));

    expect(await connection.untilClosed()).toMatch(/^HTTP\/1\.1 204 /);
    await expectCountedAndLogged(proxy, connection, {
      method: 'OPTIONS',
      endpoint: 'unmatched',
      status: 204,
      error: undefined,
    });
  });

  it('with an expectation that nobody knows is served as without (RFC 9110 section 10.1.1)', async () => {
    const { proxy } = await start();
    const connection = await RawConnection.open(proxy);

    await connection.send(requestHead('GET', '/v1/models', { expect: 'foo', connection: 'close' }));

    expect(await connection.untilClosed()).toMatch(/^HTTP\/1\.1 200 /);
    await expectCountedAndLogged(proxy, connection, {
      method: 'GET',
      endpoint: '/v1/models',
      status: 200,
      error: undefined,
    });
  });

  it('of version 1.0 gets an answer that ends with its connection', async () => {
    const { proxy, upstream } = await start();
    upstream.answer(json(200, chatAnswer()));
    const connection = await RawConnection.open(proxy);
    const body = JSON.stringify(chatBody());

    await connection.send(`POST ${PATH} HTTP/1.0\r\ncontent-length: ${body.length}\r\n\r\n${body}`);

    expect(await connection.untilClosed()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('in a pipeline is answered in order', async () => {
    const { proxy, upstream } = await start();
    upstream.answerOnce(json(200, chatAnswer('first')), json(200, chatAnswer('second')));
    const connection = await RawConnection.open(proxy);

    await connection.send(chatRequest() + chatRequest());
    await connection.until('second');

    expect(connection.received.indexOf('first')).toBeGreaterThan(0);
    expect(connection.received.indexOf('first')).toBeLessThan(
      connection.received.indexOf('second'),
    );
  });
});
