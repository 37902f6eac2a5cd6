import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ClientResponse,
  FakeUpstream,
  type RunningProxy,
  chatBody,
  closeAll,
  finishEvent,
  providerAt,
  send,
  sse,
  startProxy,
  textEvent,
} from '../support/index.js';

const MASTER_KEY = 'sk-master-0123456789abcdef';
const PAGE = 'https://page.example';
const OTHER_PAGE = 'https://other.example';

async function start(cors?: unknown): Promise<RunningProxy> {
  const upstream = (await FakeUpstream.start()).answer(sse([textEvent('Hi'), finishEvent()]));
  return startProxy({
    config: {
      providers: [providerAt(upstream)],
      server: { master_api_key: MASTER_KEY, ...(cors === undefined ? {} : { cors }) },
    },
  });
}

/** Asks as a browser does before it sends a page's request. */
function preflight(proxy: RunningProxy, origin = PAGE): Promise<ClientResponse> {
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,x-stainless-os',
  };
  return send(proxy, { method: 'OPTIONS', headers });
}

function ask(proxy: RunningProxy, key = MASTER_KEY, origin = PAGE): Promise<ClientResponse> {
  const headers = { origin, authorization: `Bearer ${key}` };
  return send(proxy, { headers, body: chatBody({ stream: true }) });
}

const ALLOWED = 'access-control-allow-origin';

describe('by default', () => {
  afterEach(closeAll);

  it('any page may ask first, without a key', async () => {
    const response = await preflight(await start());

    expect(response.status).toBe(204);
    expect(response.headers[ALLOWED]).toBe('*');
    expect(response.headers['access-control-allow-methods']).toContain('POST');
    expect(response.headers['access-control-allow-headers']).toBe(
      'authorization,content-type,x-stainless-os',
    );
    expect(response.headers['access-control-max-age']).toBe('86400');
    expect(response.text).toBe('');
  });

  it('no page gets credentials', async () => {
    const proxy = await start();

    for (const response of [await preflight(proxy), await ask(proxy)]) {
      expect(response.headers).not.toHaveProperty('access-control-allow-credentials');
    }
  });

  it.each([
    ['a stream', MASTER_KEY, 200],
    ['a refusal', 'sk-wrong', 401],
  ])('any page may read %s, and its id', async (_name, key, status) => {
    const response = await ask(await start(), key);

    expect(response.status).toBe(status);
    expect(response.headers[ALLOWED]).toBe('*');
    expect(response.headers['access-control-expose-headers']).toBe('*');
  });
});

describe('with a list of origins', () => {
  afterEach(closeAll);

  it('a page of that list may ask and read', async () => {
    const proxy = await start([PAGE, 'https://third.example']);

    for (const response of [await preflight(proxy), await ask(proxy)]) {
      expect(response.headers[ALLOWED]).toBe(PAGE);
      expect(response.headers.vary).toContain('Origin');
    }
  });

  it('another page may not', async () => {
    const proxy = await start([PAGE]);

    for (const response of [
      await preflight(proxy, OTHER_PAGE),
      await ask(proxy, MASTER_KEY, OTHER_PAGE),
    ]) {
      expect(response.headers).not.toHaveProperty(ALLOWED);
      expect(response.headers.vary).toContain('Origin');
    }
  });
});

describe('switched off', () => {
  afterEach(closeAll);

  it('no page may ask or read', async () => {
    const proxy = await start(false);

    const asked = await preflight(proxy);
    const answered = await ask(proxy);

    expect(asked.status).toBe(405);
    expect(answered.status).toBe(200);
    expect(asked.headers).not.toHaveProperty(ALLOWED);
    expect(answered.headers).not.toHaveProperty(ALLOWED);
  });
});
