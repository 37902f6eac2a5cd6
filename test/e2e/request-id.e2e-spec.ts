import { afterEach, describe, expect, it } from '@jest/globals';
import {
  FakeUpstream,
  type RunningProxy,
  chatAnswer,
  chatBody,
  closeAll,
  json,
  providerAt,
  send,
  sse,
  startProxy,
  textEvent,
} from '../support/index.js';
import { RawConnection, requestHead } from '../support/raw-connection.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function start(): Promise<RunningProxy> {
  const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
  return startProxy({ config: { providers: [providerAt(upstream)] } });
}

describe('the request id', () => {
  afterEach(closeAll);

  it.each([
    ['an answer', 'POST', '/v1/chat/completions', chatBody()],
    ['a refusal', 'POST', '/v1/chat/completions', '{}'],
    ['an unknown route', 'GET', '/nowhere', undefined],
    ['a wrong method', 'GET', '/v1/chat/completions', undefined],
    ['a broken path', 'GET', '/v1/models/%', undefined],
    ['a list of models', 'GET', '/v1/models', undefined],
    ['a probe', 'GET', '/health/ready', undefined],
    ['the metrics', 'GET', '/metrics', undefined],
    ['a preflight', 'OPTIONS', '/v1/chat/completions', undefined],
  ])('is on %s', async (_name, method, path, body) => {
    const proxy = await start();

    const minted = await send(proxy, { method, path, body });
    const given = await send(proxy, { method, path, body, headers: { 'x-request-id': 'mine-1' } });

    expect(minted.headers['x-request-id']).toMatch(UUID);
    expect(given.headers['x-request-id']).toBe('mine-1');
  });

  it('is on a stream', async () => {
    const upstream = (await FakeUpstream.start()).answer(sse([textEvent('Hi')]));
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
    const headers = { 'x-request-id': 'mine-1' };

    const response = await send(proxy, { headers, body: chatBody({ stream: true }) });

    expect(response.headers['x-request-id']).toBe('mine-1');
  });

  it('is new with every request', async () => {
    const proxy = await start();

    const first = await send(proxy, { body: chatBody() });
    const second = await send(proxy, { body: chatBody() });

    expect(first.headers['x-request-id']).not.toBe(second.headers['x-request-id']);
  });

  it.each(['req_0123:a/b+c=d@e-f.g', 'x'.repeat(128)])(
    "is the client's own when that is sane: %s",
    async (id) => {
      const proxy = await start();

      const response = await send(proxy, { headers: { 'x-request-id': id }, body: chatBody() });

      expect(response.headers['x-request-id']).toBe(id);
      expect(proxy.logs.requests).toMatchObject([{ requestId: id }]);
    },
  );

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(129)],
    ['with a space', 'a b'],
    ['with a quote', 'a"b'],
    ['with a semicolon', 'a;b'],
    ['with letters outside ASCII', 'é'],
    ['given twice', ['one', 'two']],
  ])('is replaced when it is %s', async (_name, id) => {
    const proxy = await start();

    const response = await send(proxy, { headers: { 'x-request-id': id }, body: chatBody() });

    expect(response.headers['x-request-id']).toMatch(UUID);
  });

  it.each([
    ['what is not HTTP', 'how are you?\r\n\r\n'],
    ['a head that is too large', requestHead('GET', '/', { 'x-large': 'x'.repeat(20_000) })],
  ])('is on the refusal of %s', async (_name, bytes) => {
    const proxy = await start();
    const connection = await RawConnection.open(proxy);

    await connection.send(bytes);
    const answer = await connection.untilClosed();

    expect(answer.toLowerCase()).toMatch(/\r\nx-request-id: [0-9a-f-]{36}\r\n/);
  });
});
