import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';
import { nextTick } from '../../test/support/scripted-provider.js';
import { type ProxyError, ShuttingDownError } from '../errors/index.js';
import { ActiveRequests } from './active-requests.js';
import { RequestContext } from './request-context.js';

const create = (): RequestContext => new RequestContext('id', 'POST', '/', '/', 0);

function respond(socket = new Socket()): ServerResponse {
  return new ServerResponse(new IncomingMessage(socket));
}

/** Says whether a promise has resolved by now. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await nextTick();
  await Promise.resolve();
  return settled;
}

describe('ActiveRequests', () => {
  it('counts what runs, each once', () => {
    const active = new ActiveRequests();
    const [first, second] = [create(), create()];

    active.add(first, respond());
    active.add(second, respond());
    expect(active.count).toBe(2);

    active.remove(first);
    active.remove(first);
    expect(active.count).toBe(1);
  });

  it('is idle at once when nothing runs', async () => {
    expect(await isSettled(new ActiveRequests().whenIdle())).toBe(true);
  });

  it('is idle for all who wait when the last request has ended', async () => {
    const active = new ActiveRequests();
    const [first, second] = [create(), create()];
    active.add(first, respond());
    active.add(second, respond());
    const waiting = [active.whenIdle(), active.whenIdle()] as const;

    active.remove(second);
    expect(await isSettled(waiting[0])).toBe(false);

    active.remove(first);
    expect(await Promise.all(waiting.map(isSettled))).toStrictEqual([true, true]);
  });

  it('tells when those have ended that ran, whatever has begun since', async () => {
    const active = new ActiveRequests();
    const [first, second, later] = [create(), create(), create()];
    active.add(first, respond());
    active.add(second, respond());
    const ended = active.whenEnded();
    active.add(later, respond());

    active.remove(first);
    expect(await isSettled(ended)).toBe(false);

    active.remove(second);
    expect(await isSettled(ended)).toBe(true);
    expect(await isSettled(active.whenEnded())).toBe(false);
  });

  it('tells at once when none runs', async () => {
    expect(await isSettled(new ActiveRequests().whenEnded())).toBe(true);
  });

  it('interrupts all that runs, with the same error', () => {
    const active = new ActiveRequests();
    const told: ProxyError[] = [];
    const error = new ShuttingDownError();
    for (const context of [create(), create()]) {
      active.add(context, respond());
      jest.spyOn(context, 'interrupt').mockImplementation((reason) => {
        told.push(reason);
        active.remove(context);
      });
    }

    active.interruptAll(error);

    expect(told).toStrictEqual([error, error]);
    expect(active.count).toBe(0);
  });

  it('does not interrupt what has ended', () => {
    const active = new ActiveRequests();
    const context = create();
    const interrupt = jest.spyOn(context, 'interrupt');
    active.add(context, respond());
    active.remove(context);

    active.interruptAll(new ShuttingDownError());

    expect(interrupt).not.toHaveBeenCalled();
  });

  it('closes the connections behind all that runs', () => {
    const active = new ActiveRequests();
    const [running, over] = [respond(), respond()];
    running.shouldKeepAlive = true;
    over.shouldKeepAlive = true;
    const context = create();
    active.add(context, over);
    active.remove(context);
    active.add(create(), running);

    active.closeConnectionsBehind();

    expect(running.shouldKeepAlive).toBe(false);
    expect(over.shouldKeepAlive).toBe(true);
  });

  it('knows on which connection an answer has begun', () => {
    const active = new ActiveRequests();
    const socket = new Socket();
    const [first, second] = [create(), create()];
    const response = respond(socket);
    active.add(first, response);
    active.add(second, respond(socket));
    expect(active.hasBegunAnswerOn(socket)).toBe(false);

    response.writeHead(200);
    expect(active.hasBegunAnswerOn(socket)).toBe(true);
    expect(active.hasBegunAnswerOn(new Socket())).toBe(false);

    active.remove(first);
    expect(active.hasBegunAnswerOn(socket)).toBe(false);
  });
});
