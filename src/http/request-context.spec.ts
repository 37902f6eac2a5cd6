import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { RequestContext, attachContext, contextOf } from './request-context.js';

const create = (): RequestContext => new RequestContext('id', 'POST', '/', '/', 1000);

describe('RequestContext: the phase', () => {
  it('is upload until the body is there', () => {
    expect(create().phase).toBe('upload');
  });

  it('is waiting from then on', () => {
    const context = create();

    context.bodyReadAt = 1010;

    expect(context.phase).toBe('waiting');
  });

  it('is streaming once the answer has begun, whatever of the body was read', () => {
    const context = create();

    context.respondedAt = 1020;
    expect(context.phase).toBe('streaming');

    context.bodyReadAt = 1010;
    expect(context.phase).toBe('streaming');
  });
});

describe('RequestContext: the overhead', () => {
  it('is unknown until an answer begins', () => {
    expect(create().overhead).toBeUndefined();
  });

  it('is what neither the upload nor the provider took', () => {
    const context = create();

    context.uploadTime = 30;
    context.upstreamTime = 200;
    context.respondedAt = 1235;

    expect(context.overhead).toBe(5);
  });

  it('is never below zero', () => {
    const context = create();

    context.upstreamTime = 200;
    context.respondedAt = 1015;

    expect(context.overhead).toBe(0);
  });
});

describe('contextOf', () => {
  it('finds the context of each request', () => {
    const [first, second] = [new IncomingMessage(new Socket()), new IncomingMessage(new Socket())];
    const contexts = [create(), create()] as const;

    attachContext(first, contexts[0]);
    attachContext(second, contexts[1]);

    expect(contextOf(first)).toBe(contexts[0]);
    expect(contextOf(second)).toBe(contexts[1]);
  });

  it('fails for a request that came another way', () => {
    expect(() => contextOf(new IncomingMessage(new Socket()))).toThrow('past the entrance');
  });

  it('may be interrupted before anybody owns the response', () => {
    expect(() => {
      create().interrupt(new Error('stop') as never);
    }).not.toThrow();
  });
});
