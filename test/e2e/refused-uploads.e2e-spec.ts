import { afterEach, describe, expect, it } from '@jest/globals';
import {
  FakeClock,
  FakeUpstream,
  type RunningProxy,
  chatAnswer,
  closeAll,
  json,
  providerAt,
  startProxy,
  turns,
} from '../support/index.js';
import { RawConnection, requestHead } from '../support/raw-connection.js';

const MASTER_KEY = 'sk-master-0123456789abcdef';
const PATH = '/v1/chat/completions';
const LIMIT = 1024;
const LINGER = 5000;

const WRONG = { authorization: 'Bearer sk-wrong', 'content-type': 'application/json' };
const RIGHT = { ...WRONG, authorization: `Bearer ${MASTER_KEY}` };
const HUGE = 50_000_000_000;

async function start(): Promise<{
  readonly proxy: RunningProxy;
  readonly clock: FakeClock;
  readonly connection: RawConnection;
}> {
  const clock = new FakeClock();
  const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
  const proxy = await startProxy({
    clock,
    config: {
      providers: [providerAt(upstream)],
      server: { master_api_key: MASTER_KEY, body_limit: LIMIT },
    },
  });
  return { proxy, clock, connection: await RawConnection.open(proxy) };
}

describe('an upload with a wrong key', () => {
  afterEach(closeAll);

  it('is refused before one byte of it has come', async () => {
    const { connection } = await start();

    await connection.send(requestHead('POST', PATH, { ...WRONG, 'content-length': HUGE }));

    expect(await connection.until('invalid_api_key')).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('is refused before one chunk of it has come', async () => {
    const { connection } = await start();

    await connection.send(requestHead('POST', PATH, { ...WRONG, 'transfer-encoding': 'chunked' }));

    expect(await connection.until('invalid_api_key')).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('gets no go-ahead when it waits for one', async () => {
    const { connection } = await start();
    const head = { ...WRONG, 'content-length': 100, expect: '100-continue' };

    await connection.send(requestHead('POST', PATH, head));
    const answer = await connection.until('invalid_api_key');
    await turns(20);

    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(connection.received).not.toContain('100 Continue');
  });

  it('that waits for a go-ahead is told that its connection ends, for it will not send', async () => {
    const { connection } = await start();
    const head = { ...WRONG, 'content-length': 100, expect: '100-continue' };

    await connection.send(requestHead('POST', PATH, head));

    expect((await connection.until('invalid_api_key')).toLowerCase()).toContain(
      '\r\nconnection: close\r\n',
    );
  });

  it('leaves a connection that serves the next request once the upload is complete', async () => {
    const { connection } = await start();

    await connection.send(requestHead('POST', PATH, { ...WRONG, 'content-length': 20_000 }));
    await connection.until('invalid_api_key');
    await connection.send('x'.repeat(20_000) + requestHead('GET', '/health/live'));

    expect(await connection.until('HTTP/1.1 200 OK')).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('leaves a connection that is cut when the upload takes too long', async () => {
    const { connection, clock } = await start();

    await connection.send(requestHead('POST', PATH, { ...WRONG, 'content-length': HUGE }));
    await connection.until('invalid_api_key');
    await connection.send('x'.repeat(20_000));
    clock.advance(LINGER - 1);
    await turns(20);
    const wasClosed = connection.isClosed;
    clock.advance(1);
    await connection.untilClosed();

    expect(wasClosed).toBe(false);
  });
});

describe('an upload with the right key', () => {
  afterEach(closeAll);

  it('gets the go-ahead it waits for, and then its answer', async () => {
    const { connection } = await start();
    const body = '{"model":"client-model","messages":[{"role":"user","content":"Hi"}]}';
    const head = { ...RIGHT, 'content-length': body.length, expect: '100-continue' };

    await connection.send(requestHead('POST', PATH, head));
    const goAhead = await connection.until('\r\n\r\n');
    await connection.send(body);

    expect(goAhead).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    expect(await connection.until('chat.completion')).toContain('HTTP/1.1 200 OK');
  });
});

describe('an upload over the limit', () => {
  afterEach(closeAll);

  it.each([LIMIT + 1, HUGE])('is refused at its declared length: %d', async (length) => {
    const { connection } = await start();

    await connection.send(requestHead('POST', PATH, { ...RIGHT, 'content-length': length }));

    expect(await connection.until('request_too_large')).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('gets no go-ahead when it waits for one', async () => {
    const { connection } = await start();
    const head = { ...RIGHT, 'content-length': LIMIT + 1, expect: '100-continue' };

    await connection.send(requestHead('POST', PATH, head));
    await connection.until('request_too_large');

    expect(connection.received).not.toContain('100 Continue');
  });

  it('in chunks is refused with the first byte past the limit, and cut after a while', async () => {
    const { connection, clock, proxy } = await start();
    const chunk = (size: number): string => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`;

    await connection.send(requestHead('POST', PATH, { ...RIGHT, 'transfer-encoding': 'chunked' }));
    await connection.send(chunk(LIMIT));
    await turns(20);
    const early = connection.received;
    await connection.send(chunk(1));
    const answer = await connection.until('request_too_large');
    await connection.send(chunk(10_000));
    clock.advance(LINGER);
    await connection.untilClosed();

    expect(early).toBe('');
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_requests_total', { status_code: '413' })).toBe(1);
    expect(metrics.sum('llm_proxy_active_requests')).toBe(0);
  });

  it('of exactly the limit is none', async () => {
    const { connection } = await start();
    const opening = '{"model":"client-model","messages":[{"role":"user","content":"';
    const end = '"}]}';
    const body = opening + 'x'.repeat(LIMIT - opening.length - end.length) + end;

    await connection.send(
      requestHead('POST', PATH, { ...RIGHT, 'content-length': body.length }) + body,
    );

    expect(body).toHaveLength(LIMIT);
    expect(await connection.until('chat.completion')).toMatch(/^HTTP\/1\.1 200 /);
  });
});
