import { afterEach, describe, expect, it } from '@jest/globals';
import { register } from 'prom-client';
import {
  type Exchange,
  LAST_CHUNK,
  Metrics,
  STREAM_HEAD,
  chatBody,
  chunk,
  closeAll,
  eventOf,
  open,
  startRequest,
  textEvent,
  turns,
  waitFor,
} from '../support/index.js';
import {
  type Act,
  AUTHORIZED,
  CHAT,
  type Ending,
  type Scene,
  UNREAD,
  expectEnding,
  startScene,
} from '../support/endings.js';
import { RawConnection, requestHead } from '../support/raw-connection.js';

const STREAMED = { headers: AUTHORIZED, body: chatBody({ stream: true }) };

/** Asks for a stream, lets it begin, and goes on so. */
function inStream(then: (scene: Scene, exchange: Exchange, leave: () => void) => unknown): Act {
  return async (scene) => {
    const pending = open(scene.proxy, STREAMED);
    const exchange = await scene.upstream.next();
    await exchange.sendEach([STREAM_HEAD, chunk(textEvent('one'))]);
    const response = await pending;
    await response.nextEvent();
    await then(scene, exchange, () => {
      response.abort();
    });
    await response.readAll();
  };
}

const BREAKS: readonly (readonly [string, Act, Ending])[] = [
  [
    'a stream whose connection is lost',
    inStream((_scene, exchange) => {
      exchange.reset();
    }),
    { status: 200, outcome: 'interrupted', interruption: 'connection_lost', began: true },
  ],
  [
    'a stream that ends too early',
    inStream((_scene, exchange) => exchange.send(LAST_CHUNK)),
    { status: 200, outcome: 'interrupted', interruption: 'incomplete', began: true },
  ],
  [
    'a stream that stalls',
    inStream(({ clock }) => {
      clock.advance(60_000);
    }),
    { status: 200, outcome: 'interrupted', interruption: 'timeout', began: true },
  ],
  [
    'a stream with an error in it',
    inStream((_scene, exchange) =>
      exchange.sendEach([chunk(eventOf({ error: { message: 'Oh' } })), chunk('data: [DONE]\n\n')]),
    ),
    { status: 200, outcome: 'interrupted', interruption: 'error_event', began: true },
  ],
  [
    'a client that leaves while it is streaming',
    inStream((_scene, exchange, leave) => {
      leave();
      return exchange.closed;
    }),
    { status: 499, outcome: 'client_closed', phase: 'streaming', began: true },
  ],
  [
    'a client that leaves while it waits',
    async ({ proxy, upstream }) => {
      const pending = startRequest(proxy, { headers: AUTHORIZED, body: chatBody() });
      const exchange = await upstream.next();
      pending.abort();
      await exchange.closed;
    },
    { status: 499, outcome: 'client_closed', phase: 'waiting' },
  ],
  [
    'a client that leaves in its upload',
    async ({ proxy }) => {
      const connection = await RawConnection.open(proxy);
      await connection.send(
        `${requestHead('POST', CHAT, { ...AUTHORIZED, 'content-length': 100 })}{"model":`,
      );
      await turns(20);
      const page = await proxy.metrics();
      await connection.close();
      expect(page.sum('llm_proxy_active_requests')).toBe(1);
    },
    { ...UNREAD, status: 499, phase: 'upload' },
  ],
];

describe('the metrics', () => {
  afterEach(closeAll);

  it.each(BREAKS)('count once: %s', async (_name, act, ending) => {
    const scene = await startScene();

    await act(scene);
    await waitFor(() => scene.proxy.logs.requests.length > 0, 'the request is over');

    expectEnding(await scene.proxy.metrics(), ending);
  });

  it('count once: a stream that a shutdown ends', async () => {
    const scene = await startScene();

    await inStream(async ({ proxy, clock }) => {
      const closed = proxy.app.close();
      await waitFor(() => !proxy.app.getHttpServer().listening, 'the proxy stops listening');
      clock.advance(30_000);
      await closed;
    })(scene);

    expectEnding(new Metrics(await register.metrics()), {
      status: 200,
      outcome: 'shutdown',
      interruption: 'shutdown',
      began: true,
    });
  });
});
