import { afterEach, describe, expect, it } from '@jest/globals';
import type { OutgoingHttpHeaders } from 'node:http';
import { type RunningProxy, chatBody, closeAll, send, startProxy } from '../support/index.js';
import { expectError } from '../support/error-format.js';

const MASTER_KEY = 'sk-master-0123456789abcdef';
const DEMO = { name: 'demo', type: 'demo', tokens_per_second: 0, latency: 0, response_tokens: 3 };

/** A proxy in front of the demo model, with a master key unless `more` says otherwise. */
function startGuarded(
  more: Readonly<Record<string, unknown>> = {},
  masterKey = MASTER_KEY,
): Promise<RunningProxy> {
  return startProxy({
    config: { providers: [DEMO], server: { master_api_key: masterKey }, ...more },
  });
}

const NO_KEY = /You didn't provide an API key/;
const WRONG_KEY = /Incorrect API key/;

describe('a request to a proxy with a master key', () => {
  afterEach(closeAll);

  it.each<[string, OutgoingHttpHeaders, RegExp]>([
    ['without a key', {}, NO_KEY],
    ['with an empty bearer token', { authorization: 'Bearer ' }, NO_KEY],
    ['with an empty x-api-key', { 'x-api-key': '' }, NO_KEY],
    ['with the key but no scheme', { authorization: MASTER_KEY }, NO_KEY],
    ['with the key under another scheme', { authorization: `Basic ${MASTER_KEY}` }, NO_KEY],
    ['with another key', { authorization: 'Bearer sk-other' }, WRONG_KEY],
    ['with another x-api-key', { 'x-api-key': 'sk-other' }, WRONG_KEY],
    ['with a key that begins right', { authorization: `Bearer ${MASTER_KEY}0` }, WRONG_KEY],
    ['with a part of the key', { 'x-api-key': MASTER_KEY.slice(0, -1) }, WRONG_KEY],
    ['with the key in capitals', { 'x-api-key': MASTER_KEY.toUpperCase() }, WRONG_KEY],
    ['with two keys at once', { 'x-api-key': [MASTER_KEY, MASTER_KEY] }, WRONG_KEY],
  ])('%s is refused', async (_name, headers, message) => {
    const proxy = await startGuarded();

    const response = await send(proxy, { headers, body: chatBody() });

    expectError(response, { status: 401, code: 'invalid_api_key' });
    expect(response.text).toMatch(message);
    expect(response.text).not.toContain(MASTER_KEY.slice(0, 12));
    expect(response.headers['www-authenticate']).toBe('Bearer');
  });

  it.each<[string, OutgoingHttpHeaders]>([
    ['as a bearer token', { authorization: `Bearer ${MASTER_KEY}` }],
    ['as a bearer token in small letters', { authorization: `bearer ${MASTER_KEY}` }],
    ['as a bearer token in capitals', { authorization: `BEARER ${MASTER_KEY}` }],
    ['as a bearer token after some spaces', { authorization: `Bearer   ${MASTER_KEY}` }],
    ['as x-api-key', { 'x-api-key': MASTER_KEY }],
    [
      'as x-api-key beside other credentials',
      { authorization: 'Basic eA', 'x-api-key': MASTER_KEY },
    ],
  ])('with the key %s passes', async (_name, headers) => {
    const proxy = await startGuarded();

    const response = await send(proxy, { headers, body: chatBody() });

    expect(response.status).toBe(200);
  });

  it.each([
    ['POST', '/v1/chat/completions'],
    ['POST', '/chat/completions'],
    ['POST', '/v1/completions'],
    ['POST', '/v1/embeddings'],
    ['POST', '/V1/EMBEDDINGS'],
    ['GET', '/v1/models'],
    ['GET', '/models'],
    ['GET', '/v1/models/demo'],
    ['HEAD', '/v1/models'],
  ])('needs it for %s %s', async (method, path) => {
    const proxy = await startGuarded();

    const response = await send(proxy, { method, path });

    expect(response.status).toBe(401);
  });

  it.each(['/health', '/health/live', '/health/ready', '/health/detailed', '/metrics'])(
    'needs none for %s',
    async (path) => {
      const proxy = await startGuarded();

      const response = await send(proxy, { method: 'GET', path });

      expect(response.status).toBe(200);
    },
  );

  it.each([
    ['/metrics', { metrics: { requires_key: true } }],
    ['/health/detailed', { health: { detailed_requires_key: true } }],
  ])('needs it for %s when the configuration says so', async (path, more) => {
    const proxy = await startGuarded(more);
    const headers = { authorization: `Bearer ${MASTER_KEY}` };

    const refused = await send(proxy, { method: 'GET', path });
    const passed = await send(proxy, { method: 'GET', path, headers });
    const probe = await send(proxy, { method: 'GET', path: '/health/ready' });

    expectError(refused, { status: 401, code: 'invalid_api_key' });
    expect([passed.status, probe.status]).toStrictEqual([200, 200]);
  });

  it('is told the same for an unknown model with a wrong key as for a known one', async () => {
    const proxy = await startGuarded();
    const headers = { 'x-api-key': 'sk-other' };

    const known = await send(proxy, { headers, body: chatBody({ model: 'demo' }) });
    const unknown = await send(proxy, { headers, body: 'not even JSON' });

    expect(unknown.text).toBe(known.text);
  });
});

describe('a proxy without a master key', () => {
  afterEach(closeAll);

  it.each(['', '   '])('is open when it is blank: "%s"', async (masterKey) => {
    const proxy = await startGuarded({}, masterKey);

    const without = await send(proxy, { body: chatBody() });
    const withSome = await send(proxy, {
      headers: { authorization: 'Bearer sk-any' },
      body: chatBody(),
    });

    expect([without.status, withSome.status]).toStrictEqual([200, 200]);
  });
});
