import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import { FakeClock } from '../../test/support/fake-clock.js';
import { LiveConfig, parseConfig } from '../config/index.js';
import { InvalidJsonError, RequestTooLargeError } from '../errors/index.js';
import { RequestContext } from '../http/index.js';
import { attachContext } from '../http/request-context.js';
import { CompletionRequestPipe } from './completion-request.pipe.js';

interface Stage {
  readonly pipe: CompletionRequestPipe;
  readonly request: Request;
  readonly context: RequestContext;
  readonly clock: FakeClock;
}

function prepare(): Stage {
  const clock = new FakeClock();
  const config = parseConfig('providers: [{type: demo, name: demo}]\nserver: {body_limit: 64}', {
    environment: {},
  });
  const pipe = new CompletionRequestPipe(new LiveConfig(config), clock);
  const request = new IncomingMessage(new Socket()) as Request;
  const context = new RequestContext('id', 'POST', '/', undefined, clock.now());
  attachContext(request, context);
  return { pipe, request, context, clock };
}

describe('CompletionRequestPipe', () => {
  it('reads and parses the body, and notes how long its upload took', async () => {
    const { pipe, request, context, clock } = prepare();

    const parsed = pipe.transform(request);
    expect(context.phase).toBe('upload');
    request.push('{"model":"m"}');
    clock.advance(70);
    request.push(null);

    expect(await parsed).toMatchObject({ model: 'm' });
    expect(context).toMatchObject({ uploadTime: 70, bodyReadAt: clock.now(), phase: 'waiting' });
  });

  it('refuses what is no request, once it is all there', async () => {
    const { pipe, request, context } = prepare();
    request.push('{');
    request.push(null);

    await expect(pipe.transform(request)).rejects.toBeInstanceOf(InvalidJsonError);
    expect(context.phase).toBe('waiting');
  });

  it('refuses a body over the configured limit', async () => {
    const { pipe, request, context } = prepare();
    request.push('x'.repeat(65));

    await expect(pipe.transform(request)).rejects.toStrictEqual(new RequestTooLargeError(64));
    expect(context.phase).toBe('upload');
  });
});
