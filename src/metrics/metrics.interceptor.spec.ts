import type { ExecutionContext } from '@nestjs/common';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Observable, Subject, of, throwError } from 'rxjs';
import { FakeClock } from '../../test/support/fake-clock.js';
import { RequestContext } from '../http/index.js';
import { attachContext } from '../http/request-context.js';
import { MetricsInterceptor } from './metrics.interceptor.js';
import type { ReplyMetrics } from './reply-metrics.js';

const PROBE = '/health';

describe('MetricsInterceptor', () => {
  const replyEnded = jest.fn<ReplyMetrics['replyEnded']>();
  let clock: FakeClock;

  beforeEach(() => {
    replyEnded.mockReset();
    clock = new FakeClock();
  });

  function intercept(
    reply: Observable<unknown>,
    path = '/v1/x',
  ): { context: RequestContext; result: Observable<unknown> } {
    const request = new IncomingMessage(new Socket());
    const context = new RequestContext('1', 'POST', path, path === PROBE ? undefined : path, 0);
    attachContext(request, context);
    const execution = { switchToHttp: () => ({ getRequest: () => request }) };
    const metrics = { replyEnded } as unknown as ReplyMetrics;
    const result = new MetricsInterceptor(metrics, clock).intercept(
      execution as unknown as ExecutionContext,
      { handle: () => reply },
    );
    return { context, result };
  }

  it('reports a reply once, when whoever writes it has heard of its end', () => {
    const heard: unknown[] = [];
    const { context, result } = intercept(of(1, 2));

    result.subscribe({
      next: (part) => heard.push(part),
      complete: () => heard.push(`complete, reported ${replyEnded.mock.calls.length}`),
    });

    expect(heard).toStrictEqual([1, 2, 'complete, reported 0']);
    expect(replyEnded.mock.calls).toStrictEqual([[context, clock.now()]]);
  });

  it('reports a reply that failed once, and lets the error through', () => {
    const failure = new Error('upstream');
    const error = jest.fn();

    intercept(throwError(() => failure)).result.subscribe({ error });

    expect(error).toHaveBeenCalledWith(failure);
    expect(replyEnded).toHaveBeenCalledTimes(1);
  });

  it('reports a reply that was given up once, when it is given up, and ends it', () => {
    const reply = new Subject();
    const { context, result } = intercept(reply);
    const subscription = result.subscribe();
    clock.advance(500);

    subscription.unsubscribe();
    subscription.unsubscribe();
    reply.complete();

    expect(replyEnded.mock.calls).toStrictEqual([[context, clock.now()]]);
    expect(reply.observed).toBe(false);
  });

  it('gives a reply up before it reports it, so that what the provider had counted is known', () => {
    const order: string[] = [];
    replyEnded.mockImplementation(() => {
      order.push('reported');
    });
    const reply = new Observable(() => () => {
      order.push('given up');
    });

    intercept(reply).result.subscribe().unsubscribe();

    expect(order).toStrictEqual(['given up', 'reported']);
  });

  it('leaves probes alone', () => {
    const reply = of('ok');

    const { result } = intercept(reply, PROBE);
    result.subscribe();

    expect(result).toBe(reply);
    expect(replyEnded).not.toHaveBeenCalled();
  });
});
