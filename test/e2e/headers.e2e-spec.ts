import { afterEach, describe, expect, it } from '@jest/globals';
import {
  FakeUpstream,
  PROVIDER_KEY,
  type RunningProxy,
  chatAnswer,
  chatBody,
  closeAll,
  eventOf,
  json,
  providerAt,
  respond,
  send,
  sse,
  startProxy,
  textEvent,
} from '../support/index.js';

async function startWith(
  upstream: FakeUpstream,
  provider: Readonly<Record<string, unknown>> = {},
): Promise<RunningProxy> {
  return startProxy({ config: { providers: [providerAt(upstream, provider)] } });
}

describe("the client's headers", () => {
  afterEach(closeAll);

  it.each([
    ['authorization', 'Bearer sk-client'],
    ['x-api-key', 'sk-client'],
    ['cookie', 'session=client'],
    ['proxy-authorization', 'Basic client'],
    ['connection', 'close, x-hop'],
    ['x-hop', 'client'],
    ['keep-alive', 'timeout=client'],
    ['te', 'client'],
    ['upgrade', 'client'],
    ['expect', '100-continue'],
    ['forwarded', 'for=client'],
    ['x-forwarded-for', 'client'],
    ['host', 'client.example'],
    ['content-encoding', 'identity'],
    ['accept-encoding', 'client'],
    ['openai-organization', 'client'],
  ])('do not reach the provider: %s', async (name, value) => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
    const proxy = await startWith(upstream);

    const response = await send(proxy, { headers: { [name]: value }, body: chatBody() });

    expect(response.status).toBe(200);
    expect(upstream.lastRequest.headers[name]).not.toBe(value);
    expect(upstream.lastRequest.headers).toMatchObject({
      authorization: `Bearer ${PROVIDER_KEY}`,
      host: `127.0.0.1:${upstream.port}`,
    });
  });

  it('that describe the request reach it', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
    const proxy = await startWith(upstream);
    const headers = {
      accept: 'application/json',
      'user-agent': 'OpenAI/Python 2.0',
      'openai-beta': 'assistants=v2',
      'idempotency-key': 'stainless-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };

    await send(proxy, { headers, body: chatBody() });

    expect(upstream.lastRequest.headers).toMatchObject(headers);
  });

  it('give the request its id, which the provider and the client get', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
    const proxy = await startWith(upstream);

    const response = await send(proxy, { headers: { 'x-request-id': 'mine-1' }, body: chatBody() });

    expect(upstream.lastRequest.headers['x-request-id']).toBe('mine-1');
    expect(response.headers['x-request-id']).toBe('mine-1');
  });
});

describe('the configured headers', () => {
  afterEach(closeAll);

  it("are sent, and win over the client's", async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
    const proxy = await startWith(upstream, {
      headers: { 'X-Team': 'blue', 'OpenAI-Organization': 'org-1', 'User-Agent': 'llm-proxy' },
    });

    await send(proxy, { headers: { 'user-agent': 'client', 'x-team': 'red' }, body: chatBody() });

    expect(upstream.lastRequest.headers).toMatchObject({
      'x-team': 'blue',
      'openai-organization': 'org-1',
      'user-agent': 'llm-proxy',
    });
  });

  it('may hold the key themselves', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
    const proxy = await startWith(upstream, { api_key: '', headers: { 'api-key': 'azure-key' } });

    await send(proxy, { body: chatBody() });

    expect(upstream.lastRequest.headers['api-key']).toBe('azure-key');
    expect(upstream.lastRequest.headers).not.toHaveProperty('authorization');
  });
});

describe("the provider's headers", () => {
  afterEach(closeAll);

  it.each(['json', 'stream'])('that say something to the client are kept: %s', async (kind) => {
    const kept = {
      'retry-after': '7',
      'x-ratelimit-remaining-tokens': '42',
      'openai-processing-ms': '11',
      'cf-ray': 'ray-1',
    };
    const headers = {
      ...kept,
      'x-request-id': 'theirs',
      'set-cookie': 'tracking=1',
      server: 'theirs',
      'access-control-allow-origin': 'https://theirs.example',
      'cache-control': 'max-age=60',
    };
    const upstream = await FakeUpstream.start();
    upstream.answer(
      kind === 'json' ? json(200, chatAnswer(), headers) : sse([textEvent('Hi')], { headers }),
    );
    const proxy = await startWith(upstream);

    const response = await send(proxy, { body: chatBody({ stream: kind === 'stream' }) });

    expect(response.headers).toMatchObject(kept);
    expect(response.headers['x-upstream-request-id']).toBe('theirs');
    expect(response.headers['x-request-id']).not.toBe('theirs');
    expect(response.headers).not.toHaveProperty('set-cookie');
    expect(response.headers).not.toHaveProperty('server');
    expect(response.headers['access-control-allow-origin']).toBe('*');
    expect(response.headers['cache-control']).not.toBe('max-age=60');
  });
});

describe("the provider's key", () => {
  afterEach(closeAll);

  const echo = { error: { message: `Wrong key ${PROVIDER_KEY}`, type: 'x', param: PROVIDER_KEY } };

  it.each([
    ['a refusal', json(400, echo)],
    ['a refusal of the key', json(401, echo)],
    ['a refusal that is no JSON', respond(500, PROVIDER_KEY, { 'content-type': 'text/html' })],
    ['an error under a good status', json(200, echo)],
    ['an error event in place of an answer', sse([eventOf(echo)])],
    ['an error event in the middle of a stream', sse([textEvent('Hi'), eventOf(echo)])],
    ['a header', json(429, echo, { 'x-ratelimit-key': PROVIDER_KEY })],
    ['a header of a stream', sse([textEvent('')], { headers: { 'openai-key': PROVIDER_KEY } })],
  ])('never comes back in %s', async (_name, script) => {
    const upstream = (await FakeUpstream.start()).answer(script);
    const proxy = await startWith(upstream);

    const response = await send(proxy, { body: chatBody({ stream: true }) });

    expect(response.text + JSON.stringify(response.headers)).not.toContain(PROVIDER_KEY);
    expect(proxy.logs.text).not.toContain(PROVIDER_KEY);
  });
});
