import { describe, expect, it } from '@jest/globals';
import { type Asked, CompletionStage } from '../../test/support/completion-stage.js';
import type { FakeClock } from '../../test/support/fake-clock.js';
import { type ScriptedUpstream, TIMEOUTS, nextTick } from '../../test/support/scripted-provider.js';
import { type ProxyError, ShuttingDownError } from '../errors/index.js';
import type { FlowControl, ReplyPart, RequestContext } from '../http/index.js';
import type { AttemptReport } from './attempt/attempt-observer.js';

const CONTENT = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n';
const FINISH = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n';
const USAGE = 'data: {"choices":[],"usage":{"total_tokens":3}}\n\n';
const ERROR = 'data: {"error":{"message":"no memory"}}\n\n';
const DONE = 'data: [DONE]\n\n';
const PING = ': ping\n';

const KEEPALIVE = 15_000;

/** A run with one provider, which gets one attempt, and all that comes of it. */
class Stage {
  readonly clock: FakeClock;
  readonly upstream: ScriptedUpstream;
  readonly reports: readonly AttemptReport[];
  readonly asked: Asked;
  readonly heard: readonly string[];
  readonly parts: readonly ReplyPart[];

  constructor({ streamed = true, streamKeepalive = KEEPALIVE } = {}) {
    const stage = new CompletionStage({
      providers: { scripted: { streamUsage: false } },
      settings: {
        retry: { attempts: 1 },
        stream_keepalive: `${streamKeepalive}ms`,
        server: { routing_headers: false },
      },
    });
    this.clock = stage.clock;
    this.upstream = stage.upstream();
    this.reports = stage.reports;
    this.asked = stage.ask({ body: { stream: streamed } });
    this.heard = this.asked.heard;
    this.parts = this.asked.parts;
  }

  get context(): RequestContext {
    return this.asked.context;
  }

  get error(): ProxyError | undefined {
    return this.asked.error;
  }

  get flow(): FlowControl {
    return this.asked.flow;
  }

  leave(): void {
    this.asked.leave();
  }

  /** Begins a stream that has content. */
  async beginStream(): Promise<this> {
    this.upstream.beginStream();
    await this.upstream.packet(CONTENT);
    return this;
  }
}

describe('CompletionRun: a whole answer', () => {
  it('is one part, and then complete', () => {
    const { upstream, heard, parts } = new Stage({ streamed: false });

    upstream.answer(200, { usage: { total_tokens: 3 } });

    expect(heard).toStrictEqual(['whole', 'complete']);
    expect(parts).toMatchObject([{ status: 200 }]);
  });

  it('is reported and remembered with its times', () => {
    const { upstream, clock, reports, context } = new Stage({ streamed: false });
    clock.advance(250);

    upstream.answer(200, { usage: { total_tokens: 3 } });

    expect(reports).toStrictEqual([
      {
        requestId: 'id',
        provider: 'scripted',
        requestedModel: 'm',
        model: 'm',
        reason: 'first',
        outcome: 'success',
        interruption: undefined,
        latency: 250,
        malformedEvents: 0,
        cause: undefined,
      },
    ]);
    expect(context).toMatchObject({
      upstreamTime: 250,
      firstTokenAt: undefined,
      usage: { totalTokens: 3 },
      interrupted: false,
      error: undefined,
    });
  });

  it("that is the provider's refusal is a reply as well", () => {
    const { upstream, heard, parts, reports } = new Stage();

    upstream.answer(429, { error: { message: 'slow down' } }, { 'retry-after': '3' });

    expect(heard).toStrictEqual(['whole', 'complete']);
    expect(parts).toMatchObject([{ status: 429, headers: { 'retry-after': '3' } }]);
    expect(reports).toMatchObject([{ outcome: 'rate_limited' }]);
  });

  it('that fails is an error', () => {
    const { upstream, heard, error, context, clock, reports } = fail();

    expect(heard).toStrictEqual(['error']);
    expect(upstream.isCancelled).toBe(true);
    expect(error).toMatchObject({ code: 'upstream_error' });
    expect(context.error).toBe(error);
    expect(context.upstreamTime).toBe(40);
    expect(reports).toMatchObject([{ outcome: 'broken', latency: undefined, cause: 'why' }]);
    expect(clock.pending).toBe(0);
  });

  function fail(): Stage {
    const stage = new Stage();
    stage.clock.advance(40);
    stage.upstream.fail('reset', 'why');
    return stage;
  }
});

describe('CompletionRun: a stream', () => {
  it('is an opening, its batches, and then complete', async () => {
    const { upstream, heard, reports, clock } = await new Stage().beginStream();

    await upstream.packet(FINISH + DONE);
    upstream.end();

    expect(heard).toStrictEqual(['stream', CONTENT, FINISH + DONE, 'complete']);
    expect(reports).toMatchObject([{ outcome: 'success' }]);
    expect(clock.pending).toBe(0);
  });

  it('is remembered with its times and its usage', async () => {
    const { upstream, clock, context, reports } = new Stage();
    clock.advance(300);
    upstream.beginStream();
    await upstream.packet(CONTENT);
    const firstTokenAt = clock.now();
    clock.advance(2000);

    await upstream.packet(FINISH + USAGE + DONE);
    upstream.end();

    expect(context).toMatchObject({ upstreamTime: 300, firstTokenAt, usage: { totalTokens: 3 } });
    expect(reports).toMatchObject([{ latency: 300 }]);
  });

  it('whose first content comes at once was not waited for', async () => {
    const { upstream, clock, context } = await new Stage().beginStream();
    clock.advance(5000);

    await upstream.packet(FINISH + DONE);

    expect(context.upstreamTime).toBe(0);
  });

  it('that breaks is an error, and interrupted', async () => {
    const { upstream, heard, error, context, reports } = await breakStream();

    expect(heard).toStrictEqual(['stream', CONTENT, 'error']);
    expect(upstream.isCancelled).toBe(true);
    expect(context).toMatchObject({ interrupted: true, error });
    expect(reports).toMatchObject([{ outcome: 'interrupted', interruption: 'connection_lost' }]);
  });

  it("that ends with the provider's own error event is complete, but interrupted", async () => {
    const { upstream, heard, context } = await new Stage().beginStream();

    await upstream.packet(ERROR);

    expect(heard).toStrictEqual(['stream', CONTENT, ERROR, 'complete']);
    expect(context.interrupted).toBe(true);
  });

  it('can be held back', async () => {
    const { upstream, flow } = await new Stage().beginStream();

    flow.pause();
    flow.resume();

    expect(upstream.done).toStrictEqual(['pause', 'resume']);
  });

  async function breakStream(): Promise<Stage> {
    const stage = await new Stage().beginStream();
    stage.upstream.fail('reset');
    return stage;
  }
});

describe('CompletionRun: keep-alive comments', () => {
  it('commit to a stream when its first token is late, and go on until it comes', async () => {
    const stage = new Stage();
    const { upstream, clock, heard } = stage;
    upstream.beginStream({ 'request-id': 'late' });

    clock.advance(KEEPALIVE - 1);
    expect(heard).toStrictEqual([]);
    clock.advance(1);
    expect(heard).toStrictEqual(['stream', PING]);
    clock.advance(KEEPALIVE);
    expect(heard).toStrictEqual(['stream', PING, PING]);
    expect(stage.context.firstTokenAt).toBeUndefined();

    await upstream.packet(CONTENT);
    expect(heard).toStrictEqual(['stream', PING, PING, CONTENT]);
    expect(stage.context.firstTokenAt).toBe(clock.now());
    expect(stage.context.upstreamTime).toBe(2 * KEEPALIVE);
  });

  it('come in the pauses of a stream, a whole one after its last bytes', async () => {
    const { upstream, clock, heard } = await new Stage().beginStream();
    clock.advance(KEEPALIVE - 1);
    await upstream.packet(CONTENT);

    clock.advance(KEEPALIVE - 1);
    expect(heard).toStrictEqual(['stream', CONTENT, CONTENT]);

    clock.advance(1);
    expect(heard).toStrictEqual(['stream', CONTENT, CONTENT, PING]);
  });

  it('do not come when there was no stream asked for', () => {
    const { clock, heard } = new Stage({ streamed: false });

    clock.advance(TIMEOUTS.connect - 1);

    expect(clock.pending).toBe(1);
    expect(heard).toStrictEqual([]);
  });

  it('do not come when they are switched off', () => {
    const { clock, heard, upstream } = new Stage({ streamKeepalive: 0 });
    upstream.connect();

    clock.advance(TIMEOUTS.firstToken - 1);

    expect(heard).toStrictEqual([]);
  });

  it('do not pile up for a client that does not read', async () => {
    const stage = await new Stage().beginStream();
    stage.flow.pause();

    stage.clock.advance(KEEPALIVE * 20);
    expect(stage.heard).toStrictEqual(['stream', CONTENT]);

    stage.flow.resume();
    stage.clock.advance(KEEPALIVE);
    expect(stage.heard).toStrictEqual(['stream', CONTENT, PING]);
  });

  it('do not make a waiting provider be held to its pauses', () => {
    const stage = new Stage();
    stage.upstream.connect();
    stage.clock.advance(KEEPALIVE);

    stage.flow.pause();
    stage.flow.resume();
    stage.clock.advance(TIMEOUTS.idle);
    expect(stage.error).toBeUndefined();

    stage.clock.advance(TIMEOUTS.firstToken);
    expect(stage.error).toMatchObject({ phase: 'first_token' });
  });

  it('end with the run', async () => {
    const { upstream, clock, heard } = await new Stage().beginStream();
    await upstream.packet(DONE);
    upstream.end();

    clock.advance(KEEPALIVE * 5);

    expect(heard).toStrictEqual(['stream', CONTENT, DONE, 'complete']);
  });
});

describe('CompletionRun: once comments have gone out', () => {
  function pinged(): Stage {
    const stage = new Stage();
    stage.upstream.connect();
    stage.clock.advance(KEEPALIVE);
    return stage;
  }

  it.each([
    [400, 'rejected', { message: 'too long', type: 'invalid_request_error', code: 'context' }],
    [429, 'rate_limited', { message: 'slow down', type: 'rate_limit_error', code: 'slow' }],
    [500, 'broken', { message: 'oops', type: 'server_error', code: 'oops' }],
    [400, 'context_exceeded', { message: 'too long', code: 'context_length_exceeded' }],
  ])('a refusal (%d) is an error in its words, and counts as %s', (status, outcome, error) => {
    const stage = pinged();

    stage.upstream.answer(status, { error });

    expect(stage.heard).toStrictEqual(['stream', PING, 'error']);
    expect(stage.error).toMatchObject({ status, ...error });
    expect(stage.context.error).toBe(stage.error);
    expect(stage.reports).toMatchObject([{ outcome, interruption: undefined }]);
    expect(stage.clock.pending).toBe(0);
  });

  it.each([[{ error: {} }], [[]], [{}]])('a refusal without words (%j) gets ours', (body) => {
    const stage = pinged();

    stage.upstream.answer(503, body);

    expect(stage.error).toMatchObject({
      status: 503,
      message: 'The provider refused the request.',
      type: 'server_error',
      code: 'upstream_error',
    });
  });

  it('an answer that is no stream is an error', () => {
    const stage = pinged();

    stage.upstream.answer(200, { usage: { total_tokens: 3 } });

    expect(stage.heard).toStrictEqual(['stream', PING, 'error']);
    expect(stage.error).toMatchObject({ code: 'upstream_invalid_response' });
    expect(stage.reports).toMatchObject([{ outcome: 'success' }]);
    expect(stage.context.usage).toMatchObject({ totalTokens: 3 });
  });

  it('an error event in place of an answer is an error', async () => {
    const stage = pinged();
    stage.upstream.respond(200, { 'content-type': 'text/event-stream' });

    await stage.upstream.packet(ERROR);

    expect(stage.heard).toStrictEqual(['stream', PING, 'error']);
    expect(stage.reports).toMatchObject([{ outcome: 'broken' }]);
  });

  it('a client that leaves has waited for the provider all that time, not for us', () => {
    const stage = pinged();
    stage.context.respondedAt = stage.clock.now();
    stage.clock.advance(1000);

    stage.leave();

    expect(stage.context.upstreamTime).toBe(KEEPALIVE + 1000);
  });
});

describe('CompletionRun: a client that leaves', () => {
  it('ends everything at once, and is told nothing more', async () => {
    const stage = await new Stage().beginStream();
    await stage.upstream.packet(USAGE);
    const heard = [...stage.heard];

    stage.leave();
    await stage.upstream.packet(CONTENT);
    stage.clock.advance(KEEPALIVE * 5);

    expect(stage.upstream.isCancelled).toBe(true);
    expect(stage.heard).toStrictEqual(heard);
    expect(stage.reports).toMatchObject([{ outcome: 'client_closed', interruption: undefined }]);
    expect(stage.context).toMatchObject({ interrupted: false, usage: { totalTokens: 3 } });
    expect(stage.clock.pending).toBe(0);
  });

  it('in the tick of the first content has seen none', async () => {
    const stage = new Stage();
    stage.upstream.beginStream();

    stage.upstream.data(CONTENT);
    stage.leave();
    await nextTick();

    expect(stage.heard).toStrictEqual([]);
    expect(stage.context.firstTokenAt).toBeUndefined();
    expect(stage.reports).toHaveLength(1);
    expect(stage.clock.pending).toBe(0);
  });

  it('after the end changes nothing', async () => {
    const stage = await new Stage().beginStream();
    await stage.upstream.packet(DONE);

    stage.leave();

    expect(stage.reports).toMatchObject([{ outcome: 'success' }]);
  });
});

describe('CompletionRun: a shutdown', () => {
  it('interrupts a stream', async () => {
    const stage = await new Stage().beginStream();

    stage.context.error = new ShuttingDownError();
    stage.leave();

    expect(stage.reports).toMatchObject([{ outcome: 'shutdown', interruption: 'shutdown' }]);
  });

  it('interrupts a stream of which only comments have gone out', () => {
    const stage = new Stage();
    stage.upstream.connect();
    stage.clock.advance(KEEPALIVE);

    stage.context.error = new ShuttingDownError();
    stage.leave();

    expect(stage.reports).toMatchObject([{ outcome: 'shutdown', interruption: 'shutdown' }]);
  });

  it('ends a request that still waits, and says nothing against its provider', () => {
    const stage = new Stage();

    stage.context.error = new ShuttingDownError();
    stage.leave();

    expect(stage.reports).toMatchObject([{ outcome: 'shutdown', interruption: undefined }]);
  });
});

describe('CompletionRun: a call that cannot even be made', () => {
  it('is an error at once and leaves no timer behind', () => {
    const stage = new CompletionStage();
    stage.upstream().onSend = () => {
      throw new Error('bug');
    };

    const asked = stage.ask();

    expect(asked.error).toMatchObject({ code: 'internal_error' });
    expect(stage.upstream().calls).toHaveLength(1);
    expect(stage.clock.pending).toBe(0);
  });
});
