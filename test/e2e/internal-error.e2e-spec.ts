import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ProviderRegistry } from '../../src/providers/index.js';
import {
  FakeClock,
  FakeUpstream,
  type RunningProxy,
  chatAnswer,
  chatBody,
  closeAll,
  json,
  providerAt,
  send,
  startProxy,
} from '../support/index.js';
import { expectError } from '../support/error-format.js';

const SECRET = 'the inside of the program, at 10.1.2.3';

async function start(clock = new FakeClock()): Promise<RunningProxy> {
  const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
  return startProxy({ clock, config: { providers: [providerAt(upstream)] } });
}

/** Makes the proxy stumble over itself when it looks for a provider. */
function breakRouting(proxy: RunningProxy): void {
  jest.spyOn(proxy.app.get(ProviderRegistry), 'routeOf').mockImplementation(() => {
    throw new Error(SECRET);
  });
}

/** Makes the proxy stumble over itself when it calls its provider. */
function breakCall(proxy: RunningProxy): void {
  for (const { upstream } of proxy.app.get(ProviderRegistry).providers) {
    jest.spyOn(upstream, 'send').mockImplementation(() => {
      throw new Error(SECRET);
    });
  }
}

const WAYS = [
  ['finding a provider', breakRouting],
  ['calling it', breakCall],
] as const;

describe('a bug of ours', () => {
  afterEach(closeAll);

  it.each(WAYS)('in %s is a 500 that shows nothing of the inside', async (_name, breakIt) => {
    const proxy = await start();
    breakIt(proxy);

    for (const stream of [false, true]) {
      const response = await send(proxy, { body: chatBody({ stream }) });

      expectError(response, { status: 500, code: 'internal_error' });
      expect(response.text).not.toContain('inside');
    }
  });

  it.each(WAYS)('in %s is in the log with its stack, once', async (_name, breakIt) => {
    const proxy = await start();
    breakIt(proxy);

    await send(proxy, { headers: { 'x-request-id': 'mine-1' }, body: chatBody() });

    const errors = proxy.logs.lines.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([
      { requestId: 'mine-1', err: { message: SECRET, stack: expect.stringMatching(/\n +at /) } },
    ]);
    expect(proxy.logs.requests).toMatchObject([
      { requestId: 'mine-1', status: 500, error: 'internal_error', level: 'warn' },
    ]);
  });

  it.each(WAYS)('in %s leaves nothing behind that still ticks', async (_name, breakIt) => {
    const clock = new FakeClock();
    const proxy = await start(clock);
    breakIt(proxy);
    const before = clock.pending;

    await send(proxy, { body: chatBody({ stream: true }) });

    expect(clock.pending).toBe(before);
  });

  it('does not hurt the next request', async () => {
    const proxy = await start();
    breakRouting(proxy);
    await send(proxy, { body: chatBody() });
    jest.restoreAllMocks();

    const response = await send(proxy, { body: chatBody() });

    expect(response.status).toBe(200);
    const metrics = await proxy.metrics();
    expect(metrics.sum('llm_proxy_requests_total', { status_code: '500' })).toBe(1);
    expect(metrics.sum('llm_proxy_active_requests')).toBe(0);
  });

  it('outside of the main job is a 500 too', async () => {
    const proxy = await start();
    jest.spyOn(proxy.app.get(ProviderRegistry), 'modelNames', 'get').mockImplementation(() => {
      throw new TypeError(SECRET);
    });

    const response = await send(proxy, { method: 'GET', path: '/v1/models' });

    expectError(response, { status: 500, code: 'internal_error' });
    expect(proxy.logs.text).toContain(SECRET);
  });
});
