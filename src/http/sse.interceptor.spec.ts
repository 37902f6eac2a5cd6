import { EventEmitter } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { type Observable, Subject } from 'rxjs';
import { FakeClock } from '../../test/support/fake-clock.js';
import { ShuttingDownError, UpstreamTimeoutError } from '../errors/index.js';
import { Replies } from './replies.decorator.js';
import type { ReplyPart } from './reply.js';
import { RequestContext, attachContext } from './request-context.js';
import { SseInterceptor } from './sse.interceptor.js';

class TestController {
  @Replies()
  replies(): void {
    // What it returns is the stage's subject.
  }

  plain(): void {
    // As above.
  }
}

const FLOW = { pause: (): void => undefined, resume: (): void => undefined };
const OPENING: ReplyPart = { kind: 'stream', headers: {}, flow: FLOW };
const WHOLE: ReplyPart = { kind: 'whole', status: 200, headers: {}, body: Buffer.from('{}') };

/** What is written to a client; a second end is the mistake that it would be to Node. */
class RecordedResponse extends EventEmitter {
  text = '';
  hasEnded = false;

  writeHead(status: number): void {
    this.text += `${status} `;
  }

  write(bytes: Uint8Array): boolean {
    this.text += Buffer.from(bytes).toString();
    return true;
  }

  end(last: string | Uint8Array = ''): void {
    if (this.hasEnded) {
      throw new Error('write after end');
    }
    this.text += Buffer.from(last).toString();
    this.hasEnded = true;
  }
}

/** An interceptor around a handler whose Observable the test drives. */
class Stage {
  readonly source = new Subject<ReplyPart>();
  readonly response = new RecordedResponse();
  readonly context = new RequestContext('id', 'POST', '/', '/', 0);
  /** What Nest hears of the handler. */
  readonly heard: unknown[] = [];
  readonly observable: Observable<unknown>;

  constructor(handler: 'replies' | 'plain' = 'replies') {
    const request = new IncomingMessage(new Socket());
    attachContext(request, this.context);
    const execution = new ExecutionContextHost(
      [request, this.response],
      TestController,
      Reflect.get(TestController.prototype, handler),
    );
    const interceptor = new SseInterceptor(new Reflector(), new FakeClock());
    this.observable = interceptor.intercept(execution, { handle: () => this.source });
  }

  subscribe(): () => void {
    const subscription = this.observable.subscribe({
      next: (value) => this.heard.push(value),
      error: (error: unknown) => this.heard.push(error),
      complete: () => this.heard.push('complete'),
    });
    return () => {
      subscription.unsubscribe();
    };
  }
}

describe('SseInterceptor', () => {
  it('leaves handlers alone that do not reply in parts', () => {
    const stage = new Stage('plain');

    expect(stage.observable).toBe(stage.source);
  });

  it('writes a whole reply, of which Nest hears only that it is over', () => {
    const { source, response, heard, context } = prepare();

    source.next(WHOLE);
    source.complete();

    expect(response.text).toBe('200 {}');
    expect(heard).toStrictEqual([undefined, 'complete']);
    expect(context.status).toBe(200);
  });

  it('writes a stream', () => {
    const { source, response } = prepare();

    source.next(OPENING);
    source.next(Buffer.from('data: 1\n\n'));
    source.complete();

    expect(response).toMatchObject({ text: '200 data: 1\n\n', hasEnded: true });
  });

  it('hands an early error on, to become a real one', () => {
    const { source, response, heard } = prepare();
    const error = new UpstreamTimeoutError('first_token');

    source.error(error);

    expect(heard).toStrictEqual([error]);
    expect(response.text).toBe('');
  });

  it('lets go of its source when the client leaves', () => {
    const stage = new Stage();
    const leave = stage.subscribe();
    expect(stage.source.observed).toBe(true);

    leave();

    expect(stage.source.observed).toBe(false);
  });

  it('is over for Nest when a stream has begun, and goes on until the response has ended', () => {
    const { source, response, heard, context } = prepare();

    source.next(OPENING);
    expect(heard).toStrictEqual([undefined, 'complete']);
    source.next(Buffer.from('data: 1\n\n'));
    expect(response.text).toBe('200 data: 1\n\n');

    context.abandon();
    expect(source.observed).toBe(false);
  });
});

describe('SseInterceptor: a request that is interrupted', () => {
  const error = new ShuttingDownError();

  it('while it waits gets a real error, and was never begun', () => {
    const { source, context, heard, response } = prepare();

    context.interrupt(error);

    expect(heard).toStrictEqual([error]);
    expect(response.text).toBe('');
    expect(source.observed).toBe(false);
    expect(context.interrupted).toBe(false);
  });

  it('in a stream gets the error as its last event', () => {
    const { source, context, heard, response } = prepare();
    source.next(OPENING);

    context.interrupt(error);

    expect(response.text).toBe(`200 data: ${JSON.stringify(error.toBody())}\n\n`);
    expect(heard).toStrictEqual([undefined, 'complete']);
    expect(source.observed).toBe(false);
    expect(context).toMatchObject({ interrupted: true, error });
  });

  it.each([
    ['a stream', OPENING],
    ['a whole reply', WHOLE],
  ])('when %s is written, but not yet read, is left alone', (_name, part) => {
    const { source, context, response } = prepare();
    source.next(part);
    source.complete();
    const { text } = response;

    context.interrupt(error);

    expect(response.text).toBe(text);
    expect(context).toMatchObject({ interrupted: false, error: undefined });
  });

  it('when it has failed is left alone', () => {
    const { source, context, heard } = prepare();
    source.error(new UpstreamTimeoutError('connect'));

    context.interrupt(error);

    expect(heard).toHaveLength(1);
    expect(context.interrupted).toBe(false);
  });
});

function prepare(): Stage {
  const stage = new Stage();
  stage.subscribe();
  return stage;
}
