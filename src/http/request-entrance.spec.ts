import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { RawConnection, requestHead } from '../../test/support/raw-connection.js';
import { closeAll, track } from '../../test/support/resources.js';
import { turns, waitFor } from '../../test/support/waiting.js';
import { LiveConfig, parseConfig } from '../config/index.js';
import { ShuttingDownError } from '../errors/index.js';
import { ActiveRequests } from './active-requests.js';
import { Drain } from './drain.js';
import { type RequestContext, contextOf } from './request-context.js';
import { RequestEntrance } from './request-entrance.js';
import type { RequestObserver } from './request-observer.js';
import { RouteTable } from './route-table.js';

const ROUTES = new RouteTable([
  { template: '/v1/chat', method: 'POST', paths: ['/chat'], counted: true },
  { template: '/health', method: 'GET', paths: ['/health'], counted: false },
]);

type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  context: RequestContext,
) => void;

const CONFIG = parseConfig('providers: [{type: demo, name: demo}]\nserver: {drain_delay: 5s}', {
  environment: {},
});

/** A server whose requests all come through the entrance. */
class Stage {
  readonly clock = new FakeClock();
  readonly active = new ActiveRequests();
  readonly drain = new Drain(new LiveConfig(CONFIG), this.clock, this.active);
  readonly started: RequestContext[] = [];
  readonly ended: RequestContext[] = [];
  readonly server: Server;

  constructor(handle: Handler) {
    const observer: RequestObserver = {
      requestStarted: (context) => this.started.push(context),
      requestEnded: (context) => this.ended.push(context),
    };
    const endsOnly: RequestObserver = { requestEnded: () => undefined };
    const entrance = new RequestEntrance(this.clock, ROUTES, this.active, this.drain, [
      observer,
      endsOnly,
    ]);
    this.server = createServer(
      entrance.before((request, response) => {
        entrance.refuseWhileClosing(request, response, () => {
          handle(request, response, contextOf(request));
        });
      }),
    );
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Waits until so many requests have ended. @returns the last of them */
  async end(count = 1): Promise<RequestContext> {
    await waitFor(() => this.ended.length >= count, `${count} requests have ended`);
    const last = this.ended.at(-1);
    if (last === undefined || this.ended.length > count) {
      throw new Error(`${this.ended.length} requests have ended, not ${count}`);
    }
    return last;
  }
}

async function serve(handle: Handler): Promise<Stage> {
  const stage = new Stage(handle);
  stage.server.listen(0, '127.0.0.1');
  await once(stage.server, 'listening');
  track({
    close: async () => {
      stage.server.close();
      stage.server.closeAllConnections();
      await once(stage.server, 'close');
    },
  });
  return stage;
}

const answerOk: Handler = (_request, response) => {
  response.end('ok');
};

/** Refuses without reading a byte of the body. */
const refuse: Handler = (_request, response) => {
  response.writeHead(413, { 'content-length': 2 });
  response.end('no');
};

describe('RequestEntrance', () => {
  afterEach(closeAll);

  it('gives a request its id, and the answer too', async () => {
    const stage = await serve(answerOk);
    const connection = await RawConnection.open(stage);

    await connection.send(requestHead('POST', '/chat?x=1', { 'x-request-id': 'mine' }));
    const answer = await connection.until('ok');

    expect(answer).toContain('x-request-id: mine\r\n');
    expect(answer).toContain('x-content-type-options: nosniff\r\n');
    expect(await stage.end()).toMatchObject({
      id: 'mine',
      method: 'POST',
      path: '/chat',
      endpoint: '/v1/chat',
    });
  });

  it.each([
    ['/chat', '/v1/chat'],
    ['/CHAT/', '/v1/chat'],
    ['/health', undefined],
    ['/secret-path', 'unmatched'],
  ])('names the endpoint of %s %s', async (path, endpoint) => {
    const stage = await serve(answerOk);
    const connection = await RawConnection.open(stage);

    await connection.send(requestHead('GET', path));

    expect((await stage.end()).endpoint).toBe(endpoint);
  });

  it('tells observers of a request at its start and at its end, with its duration', async () => {
    const stage = await serve((_request, response) => {
      expect(stage.started).toHaveLength(1);
      expect(stage.active.count).toBe(1);
      stage.clock.advance(120);
      response.statusCode = 202;
      response.end('ok');
    });
    const connection = await RawConnection.open(stage);

    await connection.send(requestHead('GET', '/chat'));

    expect(await stage.end()).toMatchObject({ status: 202, duration: 120, ending: 'completed' });
    expect(stage.active.count).toBe(0);
  });

  it('counts an answer that broke as interrupted', async () => {
    const stage = await serve((_request, response, context) => {
      context.interrupted = true;
      response.end('data: {"error":{}}\n\n');
    });
    const connection = await RawConnection.open(stage);

    await connection.send(requestHead('GET', '/chat'));

    expect(await stage.end()).toMatchObject({ status: 200, ending: 'interrupted' });
  });
});

describe('RequestEntrance: the target', () => {
  afterEach(closeAll);

  it.each([
    ['/chat?x=1', '/chat?x=1'],
    ['/chat#top', '/chat'],
    ['http://proxy.example/chat?x=1', '/chat?x=1'],
  ])('%s is handed on as %s', async (target, expected) => {
    const seen: (string | undefined)[] = [];
    const stage = await serve((request, response) => {
      seen.push(request.url);
      response.end('ok');
    });
    const connection = await RawConnection.open(stage);

    await connection.send(requestHead('GET', target));

    expect(await stage.end()).toMatchObject({ path: '/chat', endpoint: '/v1/chat' });
    expect(seen).toStrictEqual([expected]);
  });

  it.each([
    ['GET', 'http://[::bad', 400],
    ['GET', '*', 400],
    ['OPTIONS', '*', 204],
  ])('that nobody serves is answered here: %s %s', async (method, target, status) => {
    const stage = await serve(() => {
      throw new Error('it was handed on');
    });
    const connection = await RawConnection.open(stage);

    await connection.send(requestHead(method, target));
    await connection.until('\r\n\r\n');

    expect(await stage.end()).toMatchObject({ status, endpoint: 'unmatched', ending: 'completed' });
    expect(connection.received).toMatch(/\r\nx-request-id: \S+\r\n/);
  });
});

describe('RequestEntrance: a client that leaves', () => {
  afterEach(closeAll);

  const waits: Handler = () => undefined;

  it.each<[string, Handler]>([
    ['while it waits', waits],
    [
      'in the middle of an answer',
      (_request, response) => {
        response.write('data: 1\n\n');
      },
    ],
    [
      'before it has read a whole answer',
      (_request, response) => {
        response.end(Buffer.alloc(50_000_000));
      },
    ],
  ])('%s is counted once, as 499', async (_name, handle) => {
    const stage = await serve(handle);
    const connection = await RawConnection.open(stage);
    await connection.send(requestHead('GET', '/chat'));
    await waitFor(() => stage.started.length === 1, 'the request has come');

    await connection.close();

    expect(await stage.end()).toMatchObject({ status: 499, ending: 'client_closed' });
    expect(stage.active.count).toBe(0);
    expect(stage.clock.pending).toBe(0);
  });

  it('with several requests on their way has each of them counted', async () => {
    const stage = await serve(waits);
    const connection = await RawConnection.open(stage);
    await connection.send(requestHead('GET', '/chat') + requestHead('GET', '/chat'));
    await waitFor(() => stage.started.length === 2, 'the requests have come');

    await connection.close();

    await stage.end(2);
    expect(stage.ended).toMatchObject([{ status: 499 }, { status: 499 }]);
    expect(stage.active.count).toBe(0);
  });
});

describe('RequestEntrance: a refused upload', () => {
  afterEach(closeAll);

  const UPLOAD = requestHead('POST', '/chat', { 'content-length': 10 });
  const answersOn = ({ received }: RawConnection): number =>
    received.split('HTTP/1.1 413').length - 1;

  it('is thrown away, and its connection serves the next request', async () => {
    const stage = await serve(refuse);
    const connection = await RawConnection.open(stage);
    await connection.send(`${UPLOAD}01234`);
    await connection.until('no');

    await connection.send(`56789${requestHead('GET', '/health')}`);
    await stage.end(2);
    await waitFor(() => answersOn(connection) === 2, 'both answers have come');

    expect(stage.ended).toMatchObject([
      { endpoint: '/v1/chat', status: 413, ending: 'completed' },
      { path: '/health', status: 413 },
    ]);
    expect(stage.clock.pending).toBe(0);
  });

  it('is thrown away where reading had begun and was stopped', async () => {
    const stage = await serve((request, response, context) => {
      request.once('data', () => {
        request.pause();
        refuse(request, response, context);
      });
    });
    const connection = await RawConnection.open(stage);
    await connection.send(`${UPLOAD}01234`);
    await connection.until('no');

    await connection.send(`56789${UPLOAD}0123456789`);
    await stage.end(2);

    await waitFor(() => answersOn(connection) === 2, 'both answers have come');
    expect(connection.isClosed).toBe(false);
  });

  it('has five seconds to end, and then its connection is cut', async () => {
    const stage = await serve(refuse);
    const connection = await RawConnection.open(stage);
    await connection.send(`${UPLOAD}01234`);
    await stage.end();
    expect(stage.clock.pending).toBe(1);

    stage.clock.advance(4999);
    await turns();
    expect(connection.isClosed).toBe(false);

    stage.clock.advance(1);
    expect(await connection.untilClosed()).toContain('413');
  });

  it('leaves no timer behind when its client leaves', async () => {
    const stage = await serve(refuse);
    const connection = await RawConnection.open(stage);
    await connection.send(`${UPLOAD}01234`);
    await stage.end();

    await connection.close();

    await waitFor(() => stage.clock.pending === 0, 'the timer is cleared');
    expect(stage.ended).toHaveLength(1);
  });
});

describe('RequestEntrance: a shutdown', () => {
  afterEach(closeAll);

  it('ends keep-alive with each answer once the proxy drains', async () => {
    const stage = await serve(answerOk);
    const connection = await RawConnection.open(stage);
    void stage.drain.run(stage.server);

    await connection.send(requestHead('GET', '/chat'));

    expect(await connection.untilClosed()).toContain('Connection: close');
  });

  it('refuses what still comes on old connections once the server has closed, probes apart', async () => {
    const stage = await serve((request, response) => {
      if (request.url === '/chat') {
        response.write('running');
      } else {
        response.end('probed');
      }
    });
    const [running, late, probe] = [
      await RawConnection.open(stage),
      await RawConnection.open(stage),
      await RawConnection.open(stage),
    ];
    await running.send(requestHead('GET', '/chat'));
    await running.until('running');
    void stage.drain.run({ close: () => undefined, closeAllConnections: () => undefined } as never);
    stage.clock.advance(5000);
    await turns();

    await late.send(requestHead('GET', '/chat'));
    await probe.send(requestHead('GET', '/health'));

    expect(await late.untilClosed()).toContain('shutting_down');
    expect(await probe.untilClosed()).toContain('probed');
    expect(stage.ended).toHaveLength(2);
    expect(stage.ended.map(({ status }) => status).toSorted()).toStrictEqual([200, 503]);
    expect(running.isClosed).toBe(false);
  });

  it('keeps connections alive before that', async () => {
    const connection = await RawConnection.open(await serve(answerOk));

    await connection.send(requestHead('GET', '/chat'));

    expect(await connection.until('ok')).toContain('Connection: keep-alive');
  });

  it('answers a request that waits with a real error', async () => {
    const stage = await serve((_request, _response, context) => {
      context.interrupt(new ShuttingDownError());
    });
    const connection = await RawConnection.open(stage);

    await connection.send(requestHead('GET', '/chat'));

    expect(await connection.until('shutting_down')).toContain('HTTP/1.1 503 ');
    expect(await stage.end()).toMatchObject({ status: 503, ending: 'completed' });
  });

  it('cuts an answer that has begun and has no owner', async () => {
    const stage = await serve((_request, response, context) => {
      response.write('half');
      context.interrupt(new ShuttingDownError());
    });
    const connection = await RawConnection.open(stage);

    await connection.send(requestHead('GET', '/chat'));
    await connection.untilClosed();

    expect(connection.received).not.toContain('shutting_down');
    expect(await stage.end()).toMatchObject({ status: 499 });
  });
});
