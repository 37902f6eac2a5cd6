import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  FakeUpstream,
  LAST_CHUNK,
  type RunningProxy,
  STREAM_HEAD,
  chatAnswer,
  chatBody,
  chunk,
  closeAll,
  closing,
  finishEvent,
  head,
  json,
  providerAt,
  resetting,
  send,
  sse,
  startProxy,
  textEvent,
  turns,
} from '../support/index.js';

async function startWith(upstream: FakeUpstream): Promise<RunningProxy> {
  return startProxy({ config: { providers: [providerAt(upstream)] } });
}

describe('the connections to a provider', () => {
  afterEach(closeAll);

  it('are one for requests that follow each other, streamed or not', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startWith(upstream);

    for (let request = 0; request < 10; request += 1) {
      const stream = request % 2 === 1;
      upstream.answerOnce(
        stream ? sse([textEvent('one'), finishEvent()]) : json(200, chatAnswer()),
      );
      await send(proxy, { body: chatBody({ stream }) });
    }

    expect(upstream.requests).toHaveLength(10);
    expect(upstream.connections).toBe(1);
  });

  it('are one after refusals too', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startWith(upstream);

    for (const status of [429, 500, 400, 401, 200]) {
      upstream.answerOnce(json(status, chatAnswer()));
      await send(proxy, { body: chatBody() });
    }

    expect(upstream.connections).toBe(1);
  });

  it('are as many as there are requests at once', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startWith(upstream);
    const pending = Array.from({ length: 20 }, () => send(proxy, { body: chatBody() }));

    for (const exchange of await Promise.all(Array.from({ length: 20 }, () => upstream.next()))) {
      await json(200, chatAnswer())(exchange);
    }
    const responses = await Promise.all(pending);

    expect(responses.map(({ status }) => status)).toStrictEqual(responses.map(() => 200));
    expect(upstream.connections).toBe(20);
  });

  it('are not used again behind an answer that was cut off', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startWith(upstream);
    upstream.answerOnce(
      async (exchange) => {
        await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one')), chunk('data: [DONE]\n\n')]);
        await exchange.sendEach([chunk(textEvent('late')), LAST_CHUNK]);
      },
      json(200, chatAnswer()),
    );

    await send(proxy, { body: chatBody({ stream: true }) });
    const second = await send(proxy, { body: chatBody() });

    expect(second.json()).toStrictEqual(chatAnswer());
  });

  it('are ended when the proxy ends', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startWith(upstream);
    const pending = send(proxy, { body: chatBody() });
    const exchange = await upstream.next();
    await json(200, chatAnswer())(exchange);
    await pending;

    await proxy.app.close();

    await exchange.closed;
    expect(exchange.isClosed).toBe(true);
  });
});

jest.setTimeout(20_000);

describe('a connection that the provider closed while it was idle', () => {
  afterEach(closeAll);

  /** A proxy whose only connection to its provider is kept alive and idle. */
  async function startIdle(): Promise<{ proxy: RunningProxy; upstream: FakeUpstream }> {
    const upstream = await FakeUpstream.start();
    const proxy = await startWith(upstream);
    upstream.answerOnce(json(200, chatAnswer()));
    await send(proxy, { body: chatBody() });
    return { proxy, upstream };
  }

  it('is replaced without the client noticing', async () => {
    const { proxy, upstream } = await startIdle();
    await upstream.hangUp();
    await turns();
    upstream.answerOnce(json(200, chatAnswer()));

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(200);
    expect(upstream.connections).toBe(2);
  });

  it.each([
    ['reset', resetting],
    ['closed', closing],
  ])('is %s as the request arrives: it is sent once more', async (_name, script) => {
    const { proxy, upstream } = await startIdle();
    upstream.answerOnce(script, json(200, chatAnswer('again')));

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(200);
    expect(response.text).toContain('again');
    expect(upstream.requests).toHaveLength(3);
    expect(upstream.requests[2]).toStrictEqual(upstream.requests[1]);
    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_requests_total', { status_code: '200' })).toBe(2);
  });

  it('is sent once more with a body of 5 MB', async () => {
    const { proxy, upstream } = await startIdle();
    upstream.answerOnce(resetting, json(200, chatAnswer('again')));
    const body = chatBody({ user: 'x'.repeat(5 * 1024 * 1024) });

    const response = await send(proxy, { body });

    expect(response.status).toBe(200);
    expect(upstream.lastRequest.body.toString()).toBe(JSON.stringify(body));
  });

  it.each([
    ['reset', resetting],
    ['closed', closing],
  ])('is %s twice: a 502', async (_name, script) => {
    const { proxy, upstream } = await startIdle();
    upstream.answer(script);

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(502);
    expect(response.json()).toMatchObject({ error: { code: 'upstream_error' } });
    expect(upstream.requests).toHaveLength(3);
  });

  it('is not tried again once a byte of the answer has come', async () => {
    const { proxy, upstream } = await startIdle();
    upstream.answer(async (exchange) => {
      await exchange.send(head(200, { 'content-type': 'application/json', 'content-length': 9 }));
      exchange.reset();
    });

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(502);
    expect(upstream.requests).toHaveLength(2);
  });
});
