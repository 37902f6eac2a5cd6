import { type Server, ServerResponse, IncomingMessage, createServer } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { turns } from '../../test/support/waiting.js';
import { LiveConfig, parseConfig } from '../config/index.js';
import type { ProxyError } from '../errors/index.js';
import { ActiveRequests } from './active-requests.js';
import { Drain } from './drain.js';
import { RequestContext } from './request-context.js';

/** A drain of a server whose requests are the test's. */
class Stage {
  readonly clock = new FakeClock();
  readonly active = new ActiveRequests();
  readonly server: Server = createServer();
  readonly drain: Drain;
  /** What was done to the server, in order. */
  readonly done: string[] = [];
  isOver = false;

  constructor(settings: string) {
    const yaml = `providers: [{type: demo, name: demo}]\nserver: ${settings}`;
    const live = new LiveConfig(parseConfig(yaml, { environment: {} }));
    this.drain = new Drain(live, this.clock, this.active);
    jest.spyOn(this.server, 'close').mockImplementation(() => {
      this.done.push('close');
      return this.server;
    });
    jest.spyOn(this.server, 'closeAllConnections').mockImplementation(() => {
      this.done.push('closeAllConnections');
    });
  }

  /** A request that runs until the test ends it. */
  begin(interrupt: (error: ProxyError) => void = () => undefined): RequestContext {
    const context = new RequestContext('id', 'POST', '/', '/', 0);
    jest.spyOn(context, 'interrupt').mockImplementation(interrupt);
    this.active.add(context, new ServerResponse(new IncomingMessage(new Socket())));
    return context;
  }

  async start(): Promise<void> {
    void this.drain.run(this.server).then(() => {
      this.isOver = true;
    });
    await turns();
  }

  async advance(duration: number): Promise<void> {
    this.clock.advance(duration);
    await turns();
  }
}

describe('Drain', () => {
  it('begins with serving', () => {
    expect(new Stage('{}').drain.phase).toBe('serving');
  });

  it('is over at once when nothing runs', async () => {
    const stage = new Stage('{}');

    await stage.start();

    expect(stage.isOver).toBe(true);
    expect(stage.done).toStrictEqual(['close', 'closeAllConnections']);
    expect(stage.drain.phase).toBe('closing');
    expect(stage.clock.pending).toBe(0);
  });

  it('happens once, and is over for all who asked for it', async () => {
    const stage = new Stage('{}');
    const context = stage.begin();
    await stage.start();

    const again = stage.drain.run(stage.server);
    stage.active.remove(context);
    await again;

    expect(stage.isOver).toBe(true);
    expect(stage.done).toStrictEqual(['close', 'closeAllConnections']);
  });

  it('says no to readiness first, and goes on serving for the delay', async () => {
    const stage = new Stage('{drain_delay: 5s}');

    await stage.start();
    expect(stage.drain.phase).toBe('draining');
    await stage.advance(4999);
    expect(stage.done).toStrictEqual([]);

    await stage.advance(1);
    expect(stage.drain.phase).toBe('closing');
    expect(stage.done).toStrictEqual(['close', 'closeAllConnections']);
  });

  it('closes connections behind the answers of what runs', async () => {
    const stage = new Stage('{}');
    const close = jest.spyOn(stage.active, 'closeConnectionsBehind');

    await stage.start();

    expect(close).toHaveBeenCalled();
  });

  it('waits for what runs, and for no longer', async () => {
    const stage = new Stage('{shutdown_timeout: 30s}');
    const context = stage.begin(() => {
      throw new Error('it was interrupted');
    });

    await stage.start();
    await stage.advance(29_999);
    expect(stage.isOver).toBe(false);
    expect(stage.done).toStrictEqual(['close']);

    stage.active.remove(context);
    await turns();
    expect(stage.isOver).toBe(true);
    expect(stage.clock.pending).toBe(0);
  });

  it('interrupts what still runs at the timeout, and lets it say so', async () => {
    const stage = new Stage('{shutdown_timeout: 30s}');
    const told: ProxyError[] = [];
    const context = stage.begin((error) => told.push(error));
    await stage.start();

    await stage.advance(30_000);
    expect(told).toMatchObject([{ status: 503, code: 'shutting_down' }]);
    expect(stage.isOver).toBe(false);

    stage.active.remove(context);
    await turns();
    expect(stage.isOver).toBe(true);
    expect(stage.done).toStrictEqual(['close', 'closeAllConnections']);
  });

  it('cuts what does not even end then', async () => {
    const stage = new Stage('{shutdown_timeout: 30s}');
    stage.begin();
    await stage.start();

    await stage.advance(30_000);
    await stage.advance(999);
    expect(stage.isOver).toBe(false);

    await stage.advance(1);
    expect(stage.isOver).toBe(true);
    expect(stage.done).toStrictEqual(['close', 'closeAllConnections']);
    expect(stage.clock.pending).toBe(0);
  });

  it('lets requests that come within the delay finish, too', async () => {
    const stage = new Stage('{drain_delay: 5s, shutdown_timeout: 30s}');
    await stage.start();
    const context = stage.begin();
    await stage.advance(5000);
    expect(stage.isOver).toBe(false);

    stage.active.remove(context);
    await turns();

    expect(stage.isOver).toBe(true);
  });
});
