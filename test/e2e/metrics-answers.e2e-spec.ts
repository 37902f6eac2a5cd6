import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type Script,
  chatAnswer,
  chatBody,
  closeAll,
  closing,
  finishEvent,
  json,
  open,
  respond,
  send,
  sse,
  textEvent,
  waitFor,
} from '../support/index.js';
import {
  type Act,
  AUTHORIZED,
  type Ending,
  UNREAD,
  expectEnding,
  startScene,
} from '../support/endings.js';

const STREAMED = { headers: AUTHORIZED, body: chatBody({ stream: true }) };

/** Asks for a chat that the provider answers so. */
function ask(script: Script, more: Readonly<Record<string, unknown>> = {}): Act {
  return ({ proxy, upstream }) => {
    upstream.answer(script);
    return send(proxy, { headers: AUTHORIZED, body: chatBody(more) });
  };
}

const REFUSALS: readonly (readonly [string, Act, Ending])[] = [
  ['a wrong key', ({ proxy }) => send(proxy, { body: chatBody() }), { ...UNREAD, status: 401 }],
  [
    'an unknown route',
    ({ proxy }) => send(proxy, { method: 'GET', path: '/secret/path?with=query' }),
    { ...UNREAD, status: 404, endpoint: 'unmatched', method: 'GET' },
  ],
  [
    'a wrong method',
    ({ proxy }) => send(proxy, { method: 'GET', path: '/chat/completions' }),
    { ...UNREAD, status: 405, method: 'GET' },
  ],
  [
    'an unknown model',
    ({ proxy }) => send(proxy, { headers: AUTHORIZED, body: { model: 'unknown' } }),
    { status: 404, model: 'other', provider: 'none' },
  ],
  [
    'no JSON',
    ({ proxy }) => send(proxy, { headers: AUTHORIZED, body: '{' }),
    { ...UNREAD, status: 400 },
  ],
  [
    'a body over the limit',
    ({ proxy }) => send(proxy, { headers: AUTHORIZED, body: 'x'.repeat(10_001) }),
    { ...UNREAD, status: 413 },
  ],
  [
    'the list of models',
    ({ proxy }) => send(proxy, { headers: AUTHORIZED, method: 'GET', path: '/models/' }),
    { ...UNREAD, status: 200, endpoint: '/v1/models', method: 'GET' },
  ],
  [
    'one model',
    ({ proxy }) => send(proxy, { headers: AUTHORIZED, method: 'GET', path: '/v1/models/a/b' }),
    { ...UNREAD, status: 404, endpoint: '/v1/models/{id}', method: 'GET' },
  ],
];

const ANSWERS: readonly (readonly [string, Act, Ending])[] = [
  ['an answer', ask(json(200, chatAnswer())), { status: 200, outcome: 'success', began: true }],
  [
    'a stream',
    ask(sse([textEvent('one'), finishEvent()]), { stream: true }),
    { status: 200, outcome: 'success', began: true },
  ],
  [
    'a 429 of the provider',
    ask(json(429, { error: {} })),
    { status: 429, outcome: 'rate_limited', began: true },
  ],
  [
    'a 500 of the provider',
    ask(json(500, { error: {} })),
    { status: 500, outcome: 'broken', began: true },
  ],
  [
    'a 400 of the provider',
    ask(json(400, { error: {} })),
    { status: 400, outcome: 'rejected', began: true },
  ],
  ['a refused key', ask(json(403, {})), { status: 502, outcome: 'forbidden' }],
  [
    'a page',
    ask(respond(200, '<', { 'content-type': 'text/html' })),
    { status: 502, outcome: 'broken' },
  ],
  ['a provider that hangs up', ask(closing), { status: 502, outcome: 'broken' }],
  [
    'a provider that is not there',
    async ({ proxy, upstream }) => {
      await upstream.vanish();
      await send(proxy, { headers: AUTHORIZED, body: chatBody() });
    },
    { status: 502, outcome: 'broken' },
  ],
  [
    'a provider that never answers',
    async ({ proxy, upstream, clock }) => {
      const pending = open(proxy, STREAMED);
      await upstream.next();
      clock.advance(14_000);
      clock.advance(600_000);
      await (await pending).readAll();
    },
    { status: 200, outcome: 'timeout', began: true },
  ],
];

describe('the metrics', () => {
  afterEach(closeAll);

  it.each([...REFUSALS, ...ANSWERS])('count once: %s', async (_name, act, ending) => {
    const scene = await startScene();

    await act(scene);
    await waitFor(() => scene.proxy.logs.requests.length > 0, 'the request is over');

    expectEnding(await scene.proxy.metrics(), ending);
  });

  it.each([
    '/health',
    '/health/live',
    '/health/ready',
    '/health/detailed',
    '/metrics',
    '/METRICS/',
  ])('do not count %s', async (path) => {
    const { proxy, upstream } = await startScene();
    upstream.answer(json(200, chatAnswer()));

    await send(proxy, { method: 'GET', path });

    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_requests_total')).toBe(0);
    expect(metrics.valuesOf('llm_proxy_active_requests', 'endpoint')).toStrictEqual([]);
  });
});
