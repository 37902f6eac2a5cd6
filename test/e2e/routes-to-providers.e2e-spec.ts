import { afterEach, describe, expect, it } from '@jest/globals';
import {
  CERTIFICATE_FILE,
  ConnectProxy,
  FakeUpstream,
  PROVIDER_KEY,
  chatAnswer,
  chatBody,
  closeAll,
  finishEvent,
  json,
  providerAt,
  send,
  sse,
  startProxy,
  textEvent,
} from '../support/index.js';

describe('a provider whose certificate nobody signed', () => {
  afterEach(closeAll);

  it('is refused, with nothing sent to it', async () => {
    const upstream = (await FakeUpstream.start({ tls: true })).answer(json(200, chatAnswer()));
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(502);
    expect(response.json()).toMatchObject({ error: { code: 'upstream_error' } });
    expect(response.text).not.toMatch(/certificate|127\.0\.0\.1/i);
    expect(upstream.requests).toStrictEqual([]);
    expect(proxy.logs.text).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it.each([
    ['verify_ssl is off for it', { verify_ssl: false }, {}],
    ['verify_ssl is off for all', {}, { verify_ssl: false }],
    ['ca_file names the certificate', { ca_file: CERTIFICATE_FILE }, {}],
  ])('is used when %s', async (_name, provider, top) => {
    const upstream = (await FakeUpstream.start({ tls: true })).answer(json(200, chatAnswer()));
    const proxy = await startProxy({
      config: { ...top, providers: [providerAt(upstream, provider)] },
    });

    const response = await send(proxy, { body: chatBody() });

    expect(response.json()).toStrictEqual(chatAnswer());
    expect(upstream.lastRequest.headers['authorization']).toBe(`Bearer ${PROVIDER_KEY}`);
  });

  it('streams over one connection too', async () => {
    const events = [textEvent('one'), finishEvent()];
    const upstream = (await FakeUpstream.start({ tls: true })).answer(sse(events));
    const proxy = await startProxy({
      config: { providers: [providerAt(upstream, { verify_ssl: false })] },
    });

    const first = await send(proxy, { body: chatBody({ stream: true }) });
    const second = await send(proxy, { body: chatBody({ stream: true }) });

    expect(first.events.slice(0, 2)).toStrictEqual(events);
    expect(second.text).toBe(first.text);
    expect(upstream.connections).toBe(1);
  });
});

describe('an HTTP proxy on the way to a provider', () => {
  afterEach(closeAll);

  it.each([true, false])('is used when the provider names it, TLS: %s', async (tls) => {
    const way = await ConnectProxy.start();
    const upstream = (await FakeUpstream.start({ tls })).answer(json(200, chatAnswer()));
    const provider = providerAt(upstream, { proxy: way.url('user:secret'), verify_ssl: false });
    const proxy = await startProxy({ config: { providers: [provider] } });

    const responses = [
      await send(proxy, { body: chatBody() }),
      await send(proxy, { body: chatBody() }),
    ];

    expect(responses.map(({ status }) => status)).toStrictEqual([200, 200]);
    expect(new Set(way.targets)).toStrictEqual(new Set([`127.0.0.1:${upstream.port}`]));
    expect(new Set(way.credentials)).toStrictEqual(new Set([`Basic ${btoa('user:secret')}`]));
    expect(way.targets).toHaveLength(tls ? 1 : 2);
    expect(upstream.lastRequest.headers).not.toHaveProperty('proxy-authorization');
    expect(proxy.logs.text).not.toContain('secret');
  });

  it.each([
    ['HTTPS_PROXY', true],
    ['https_proxy', true],
    ['HTTP_PROXY', false],
  ])('is used when %s names it', async (variable, tls) => {
    const way = await ConnectProxy.start();
    const upstream = (await FakeUpstream.start({ tls })).answer(json(200, chatAnswer()));
    const proxy = await startProxy({
      config: { providers: [providerAt(upstream, { verify_ssl: false })] },
      environment: { [variable]: way.url() },
    });

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(200);
    expect(way.targets).toStrictEqual([`127.0.0.1:${upstream.port}`]);
  });

  it.each([
    ['the provider wants none', { proxy: 'direct' }, {}],
    ['NO_PROXY names the provider', {}, { NO_PROXY: '127.0.0.1' }],
    ['only HTTP_PROXY is set, and the provider has TLS', {}, { HTTPS_PROXY: '' }],
  ])('is not used when %s', async (_name, provider, environment) => {
    const way = await ConnectProxy.start();
    const upstream = (await FakeUpstream.start({ tls: true })).answer(json(200, chatAnswer()));
    const proxy = await startProxy({
      config: { providers: [providerAt(upstream, { verify_ssl: false, ...provider })] },
      environment: { HTTP_PROXY: way.url(), HTTPS_PROXY: way.url(), ...environment },
    });

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(200);
    expect(way.targets).toStrictEqual([]);
  });

  it('that is gone is a 502 which names nobody', async () => {
    const way = await ConnectProxy.start();
    const url = way.url('user:secret');
    await way.vanish();
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({
      config: { providers: [providerAt(upstream, { proxy: url })] },
    });

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(502);
    expect(response.text).not.toMatch(/127\.0\.0\.1|secret/);
    expect(proxy.logs.text).not.toContain('secret');
    expect(upstream.connections).toBe(0);
  });
});
