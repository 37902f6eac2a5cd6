import { describe, expect, it } from '@jest/globals';
import {
  type Asked,
  CONTENT,
  CompletionStage,
  DONE,
  FINISH,
  REFUSAL,
  type StageOptions,
} from '../../test/support/completion-stage.js';
import { TIMEOUTS } from '../../test/support/scripted-provider.js';

const TWO = { providers: { a: {}, b: {} } };
const ONE = { providers: { a: {} } };

function begin(options: StageOptions, settings = {}): { stage: CompletionStage; asked: Asked } {
  const stage = new CompletionStage({ ...options, settings });
  return { stage, asked: stage.ask() };
}

describe('CompletionRun: a failure with another provider at hand', () => {
  it.each([
    ['a 500', 500],
    ['a 503', 503],
    ['a 408', 408],
    ['a rate limit', 429],
    ['a refused key', 401],
    ['a spent account', 402],
  ])('%s has the other asked at once', async (_name, status) => {
    const { stage, asked } = begin(TWO);

    stage.upstream('a').answer(status, REFUSAL);
    await stage.answer('b');

    expect(asked.heard).toStrictEqual(['stream', CONTENT, FINISH + DONE, 'complete']);
    expect(asked.context).toMatchObject({ provider: 'b', attemptCount: 2 });
    expect(stage.clock.pending).toBe(1); // What is left lets b close its stream.
  });

  it.each([
    ['reset', 'broken'],
    ['unreachable', 'broken'],
    ['protocol', 'broken'],
  ] as const)('a connection that is %s has the other asked at once', async (kind, outcome) => {
    const { stage } = begin(TWO);

    stage.upstream('a').fail(kind);
    await stage.answer('b');

    expect(stage.outcomes).toStrictEqual([`a: ${outcome}`, 'b: success']);
  });

  it.each([
    [
      'is refused as an event',
      'data: {"error":{"message":"overloaded","type":"overloaded_error"}}\n\n',
    ],
    ['is cut before its first content', ''],
  ])('a stream that %s has the other asked', async (_name, text) => {
    const { stage, asked } = begin(TWO);

    stage.upstream('a').beginStream();
    await stage.upstream('a').packet(text);
    stage.upstream('a').end();
    await stage.answer('b');

    expect(asked.heard[0]).toBe('stream');
    expect(stage.outcomes).toStrictEqual(['a: broken', 'b: success']);
  });

  it('a silent provider is given up at the first-token deadline', async () => {
    const { stage, asked } = begin(TWO, { stream_keepalive: 0 });
    stage.upstream('a').connect();

    stage.clock.advance(TIMEOUTS.firstToken - 1);
    expect(stage.names()).toStrictEqual(['a']);
    stage.clock.advance(1);
    await stage.answer('b');

    expect(stage.upstream('a').isCancelled).toBe(true);
    expect(asked.heard[0]).toBe('stream');
    expect(stage.outcomes).toStrictEqual(['a: timeout', 'b: success']);
  });

  it.each([
    ['a mistake of the client', 400, { message: 'no messages' }, 'rejected'],
    ['something unknown', 404, { message: 'no such model' }, 'rejected'],
    ['forbidden content', 400, { code: 'content_policy_violation' }, 'content_refused'],
    ['a prompt that is too long', 400, { code: 'context_length_exceeded' }, 'context_exceeded'],
  ])('%s is told at once', (_name, status, error, outcome) => {
    const { stage, asked } = begin(TWO);

    stage.upstream('a').answer(status, { error });

    expect(asked.heard).toStrictEqual(['whole', 'complete']);
    expect(asked.head).toMatchObject({ status });
    expect(asked.head.headers).not.toHaveProperty('x-should-retry');
    expect(stage.outcomes).toStrictEqual([`a: ${outcome}`]);
  });

  it('goes round again when all have failed, after a pause', async () => {
    const { stage, asked } = begin(TWO);
    stage.upstream('a').answer(500, REFUSAL);
    stage.upstream('b').answer(500, REFUSAL);
    expect(stage.upstream('a').calls).toHaveLength(1);

    stage.clock.advance(500);
    const again = stage.upstream('a').calls.length === 2 ? 'a' : 'b';
    await stage.answer(again);

    expect(asked.heard[0]).toBe('stream');
  });

  it('ends with the last refusal, which says that it was retried', () => {
    const { stage, asked } = begin(TWO, { retry: { attempts: 2 } });

    stage.upstream('a').answer(500, REFUSAL);
    stage.upstream('b').answer(503, { error: { message: 'last' } });

    expect(asked.heard).toStrictEqual(['whole', 'complete']);
    expect(asked.head).toMatchObject({
      status: 503,
      headers: {
        'x-should-retry': 'false',
        'retry-after': '1',
        'x-llm-proxy-provider': 'b',
        'x-llm-proxy-model': 'm',
        'x-llm-proxy-attempts': '2',
      },
    });
  });

  it('says nothing of the way where that is switched off', () => {
    const { stage, asked } = begin(ONE, { server: { routing_headers: false } });

    stage.upstream('a').answer(400, REFUSAL);

    expect(Object.keys(asked.head.headers)).toStrictEqual(['content-type']);
  });
});

describe('CompletionRun: a failure of the only provider', () => {
  it('that is broken is asked again after a random pause, three times in all', () => {
    const { stage, asked } = begin(ONE);

    stage.upstream('a').answer(500, REFUSAL);
    expect(stage.upstream('a').calls).toHaveLength(1);
    stage.clock.advance(500);
    expect(stage.upstream('a').calls).toHaveLength(2);
    stage.upstream('a').answer(500, REFUSAL);
    stage.clock.advance(1000);
    expect(stage.upstream('a').calls).toHaveLength(3);
    stage.upstream('a').answer(500, REFUSAL);

    expect(asked.heard).toStrictEqual(['whole', 'complete']);
    expect(asked.head).toMatchObject({ status: 500, headers: { 'x-should-retry': 'false' } });
    expect(stage.clock.pending).toBe(0);
  });

  it('that was silent is never asked again', () => {
    const { stage, asked } = begin(ONE);
    stage.upstream('a').connect();

    stage.clock.advance(TIMEOUTS.firstToken);

    expect(asked.error).toMatchObject({ status: 504, code: 'upstream_timeout' });
    expect(stage.upstream('a').calls).toHaveLength(1);
  });

  it('that refuses our key is not asked again', () => {
    const { stage, asked } = begin(ONE);

    stage.upstream('a').answer(401, REFUSAL);

    expect(asked.error).toMatchObject({ status: 502, code: 'upstream_auth_error' });
    expect(stage.upstream('a').calls).toHaveLength(1);
  });

  it('that asks for a short pause gets it', async () => {
    const { stage, asked } = begin(ONE);

    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '3' });
    stage.clock.advance(2999);
    expect(stage.upstream('a').calls).toHaveLength(1);
    stage.clock.advance(1);
    await stage.answer('a');

    expect(asked.heard[0]).toBe('stream');
    expect(stage.outcomes).toStrictEqual(['a: rate_limited', 'a: success']);
  });

  it('that asks for a long pause is not waited for, and neither is it asked by the next request', () => {
    const { stage, asked } = begin(ONE);

    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '60' });
    const next = stage.ask();

    expect(asked.head).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
    expect(asked.head.headers).not.toHaveProperty('x-should-retry');
    expect(next.error).toMatchObject({
      status: 503,
      code: 'no_healthy_provider',
      headers: { 'retry-after': '60' },
    });
    expect(stage.upstream('a').calls).toHaveLength(1);
  });

  it('is not retried beyond the total deadline', () => {
    const { stage, asked } = begin(ONE, { retry: { max_wait: '600s' } });
    stage.clock.advance(1);

    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '599.999' });

    expect(asked.head).toMatchObject({ status: 429 });
  });

  it('shares one total deadline among all attempts', () => {
    const stage = new CompletionStage(ONE);
    const asked = stage.ask({ body: { stream: false } });
    stage.upstream('a').connect();
    stage.clock.advance(TIMEOUTS.total - 2000);
    stage.upstream('a').answer(429, REFUSAL, { 'retry-after-ms': '500' });
    stage.clock.advance(500);
    stage.upstream('a').connect();

    stage.clock.advance(1499);
    expect(asked.error).toBeUndefined();
    stage.clock.advance(1);

    expect(stage.upstream('a').calls).toHaveLength(2);
    expect(asked.error).toMatchObject({ status: 504, phase: 'total' });
  });

  it('is not asked again when the client has left in the meantime', () => {
    const { stage, asked } = begin(ONE);
    stage.upstream('a').answer(500, REFUSAL);

    asked.leave();
    stage.clock.advance(60_000);

    expect(stage.upstream('a').calls).toHaveLength(1);
    expect(stage.clock.pending).toBe(0);
    expect(asked.heard).toStrictEqual([]);
  });

  it('is retried while comments keep the client waiting', async () => {
    const { stage, asked } = begin(ONE, { stream_keepalive: '1s' });
    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '3' });

    stage.clock.advance(3000);
    await stage.answer('a');

    expect(asked.heard.slice(0, 3)).toStrictEqual(['stream', ': ping\n', ': ping\n']);
    expect(asked.heard.at(-1)).toBe('complete');
    expect(asked.text).toContain(CONTENT);
  });
});

describe('CompletionRun: a bug of ours', () => {
  function breakNextCall(stage: CompletionStage, name: string): void {
    Object.defineProperty(stage.provider(name).models, 'map', {
      value: () => {
        throw new Error('bug');
      },
    });
  }

  it('after a failure ends the request, and does not hang it', () => {
    const { stage, asked } = begin(TWO);
    breakNextCall(stage, 'b');

    stage.upstream('a').answer(500, REFUSAL);

    expect(asked.error).toMatchObject({ status: 500, code: 'internal_error' });
    expect(stage.clock.pending).toBe(0);
  });

  it('after a pause ends the request, and not the process', () => {
    const { stage, asked } = begin(ONE);
    stage.upstream('a').answer(500, REFUSAL);
    breakNextCall(stage, 'a');

    stage.clock.advance(500);

    expect(asked.error).toMatchObject({ status: 500, code: 'internal_error' });
    expect(stage.clock.pending).toBe(0);
  });
});

describe('CompletionRun: the retry budget', () => {
  it('keeps an outage from being doubled', () => {
    const stage = new CompletionStage({
      providers: { a: {}, b: {} },
      settings: { retry: { budget: 0, budget_floor: 0 } },
    });
    const asked = stage.ask();

    stage.upstream('a').answer(500, REFUSAL);

    expect(asked.head).toMatchObject({ status: 500 });
    expect(stage.names()).toStrictEqual(['a']);
  });
});

describe('CompletionRun: the circuit breaker', () => {
  it('keeps requests from a provider that fails, and answers for it when it is the only one', () => {
    const stage = new CompletionStage({
      ...ONE,
      settings: { retry: { attempts: 1, max_wait: '1s' }, breaker: { open: '5s' } },
    });
    for (let count = 0; count < 5; count += 1) {
      stage.ask();
      stage.upstream('a').answer(500, REFUSAL);
    }

    const asked = stage.ask();

    expect(stage.upstream('a').calls).toHaveLength(5);
    expect(asked.error).toMatchObject({
      status: 503,
      code: 'no_healthy_provider',
      headers: { 'retry-after': '5' },
    });
  });

  it('has a request wait for a provider that is back in a moment', async () => {
    const stage = new CompletionStage({
      ...ONE,
      settings: { retry: { attempts: 1, max_wait: '10s' }, breaker: { open: '5s' } },
    });
    for (let count = 0; count < 5; count += 1) {
      stage.ask();
      stage.upstream('a').answer(500, REFUSAL);
    }
    const asked = stage.ask();

    stage.clock.advance(5000);
    await stage.answer('a');

    expect(asked.heard.at(-1)).toBe('complete');
    expect(stage.provider('a').health.snapshot().state).toBe('closed');
  });
});

describe('CompletionRun: requests that wait for the same provider', () => {
  it('go on as soon as one of them has found it well', async () => {
    const stage = new CompletionStage({
      ...ONE,
      settings: { retry: { attempts: 1, max_wait: '20s' }, breaker: { open: '5s' } },
    });
    for (let count = 0; count < 5; count += 1) {
      stage.ask();
      stage.upstream('a').answer(500, REFUSAL);
    }
    stage.ask();
    stage.ask();
    stage.clock.advance(5000);
    expect(stage.upstream('a').calls).toHaveLength(6);
    await stage.answer('a');

    stage.clock.advance(500);

    expect(stage.upstream('a').calls).toHaveLength(7);
  });
});

describe('CompletionRun: models that stand in', () => {
  const FALLBACKS = {
    providers: { a: { modelMapping: { m: 'm-1' } }, c: { modelMapping: { n: 'n-1', l: 'l-1' } } },
  };

  it('are asked when all providers of the model are spent, under their own name', async () => {
    const { stage, asked } = begin(FALLBACKS, { fallbacks: { m: ['n'] }, retry: { attempts: 1 } });

    stage.upstream('a').answer(500, REFUSAL);
    stage.upstream('c').beginStream();
    await stage
      .upstream('c')
      .packet('data: {"model":"n-1","choices":[{"delta":{"content":"a"}}]}\n\n');

    expect(asked.text).toContain('"model":"n"');
    expect(asked.head.headers).toMatchObject({
      'x-llm-proxy-provider': 'c',
      'x-llm-proxy-model': 'n',
      'x-llm-proxy-attempts': '2',
    });
    expect(asked.context).toMatchObject({ model: 'm', servedModel: 'n', upstreamModel: 'n-1' });
    const [call] = stage.upstream('c').calls;
    expect(Buffer.concat(call?.body ?? []).toString()).toContain('"model":"n-1"');
  });

  it('are asked rather than to wait for a provider that is out', () => {
    const { stage } = begin(FALLBACKS, { fallbacks: { m: ['n'] } });

    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '2' });

    expect(stage.upstream('c').calls).toHaveLength(1);
    expect(stage.reports).toMatchObject([{ reason: 'first', model: 'm' }]);
  });

  it('are asked at once for a prompt that is too long', () => {
    const { stage } = begin(FALLBACKS, {
      fallbacks: { m: ['n'] },
      context_fallbacks: { m: ['l'] },
    });

    stage.upstream('a').answer(400, { error: { code: 'context_length_exceeded' } });

    const [call] = stage.upstream('c').calls;
    expect(Buffer.concat(call?.body ?? []).toString()).toContain('"model":"l-1"');
  });

  it('leave it at the refusal when the prompt is too long for them, too', () => {
    const { stage, asked } = begin(FALLBACKS, { fallbacks: { m: ['n'] } });

    stage.upstream('a').answer(400, { error: { code: 'context_length_exceeded', message: 'a' } });
    stage.upstream('c').answer(400, { error: { code: 'context_length_exceeded', message: 'c' } });

    expect(asked.head).toMatchObject({ status: 400 });
    expect(stage.outcomes).toStrictEqual(['a: context_exceeded', 'c: context_exceeded']);
  });

  it.each([
    ['forbidden content', { code: 'content_filter' }],
    ['a mistake of the client', { code: 'invalid_value' }],
  ])('are not asked for %s', (_name, error) => {
    const { stage, asked } = begin(FALLBACKS, { fallbacks: { m: ['n'] } });

    stage.upstream('a').answer(400, { error });

    expect(asked.head).toMatchObject({ status: 400 });
    expect(stage.names()).toStrictEqual(['a']);
  });

  it('answer for a model that nobody serves', () => {
    const stage = new CompletionStage({
      providers: { c: { modelMapping: { n: 'n-1' } } },
      settings: { fallbacks: { m: ['n'] } },
    });
    stage.ask();

    expect(stage.upstream('c').calls).toHaveLength(1);
  });
});

/** How often `a` and `b` were asked. */
function callCount(stage: CompletionStage): number {
  return stage.upstream('a').calls.length + stage.upstream('b').calls.length;
}

describe('CompletionRun: a hedge', () => {
  const HEDGED = { hedge: { after: '2s', max_ratio: 1 }, stream_keepalive: 0 };

  it('asks a second provider when the first is slow; the first to say something wins', async () => {
    const { stage, asked } = begin(TWO, HEDGED);
    stage.upstream('a').connect();

    stage.clock.advance(1999);
    expect(stage.names()).toStrictEqual(['a']);
    stage.clock.advance(1);
    expect(stage.names()).toStrictEqual(['a', 'b']);
    await stage.answer('b');

    expect(stage.upstream('a').isCancelled).toBe(true);
    expect(asked.heard).toStrictEqual(['stream', CONTENT, FINISH + DONE, 'complete']);
    expect(asked.context.provider).toBe('b');
    expect(stage.reports).toMatchObject([
      { provider: 'a', outcome: 'superseded', reason: 'first' },
      { provider: 'b', outcome: 'success', reason: 'hedge' },
    ]);
    expect(stage.provider('a').health.snapshot().state).toBe('closed');
  });

  it('is given up when the first provider answers after all', async () => {
    const { stage, asked } = begin(TWO, HEDGED);
    stage.upstream('a').connect();
    stage.clock.advance(2000);

    await stage.answer('a');

    expect(stage.upstream('b').isCancelled).toBe(true);
    expect(asked.context.provider).toBe('a');
    expect(stage.reports).toMatchObject([
      { provider: 'b', outcome: 'superseded', reason: 'hedge' },
      { provider: 'a', outcome: 'success', reason: 'first' },
    ]);
  });

  it('is waited for when the first provider fails meanwhile', async () => {
    const { stage, asked } = begin(TWO, HEDGED);
    stage.upstream('a').connect();
    stage.clock.advance(2000);

    stage.upstream('a').fail('reset');
    expect(asked.heard).toStrictEqual([]);
    await stage.answer('b');

    expect(asked.heard.at(-1)).toBe('complete');
  });

  it('comes only where somebody else is there', () => {
    const { stage } = begin(ONE, HEDGED);
    stage.upstream('a').connect();

    stage.clock.advance(5000);

    expect(stage.upstream('a').calls).toHaveLength(1);
  });

  it('comes for no more than its part of the requests', () => {
    const { stage } = begin(TWO, { hedge: { after: '2s', max_ratio: 0.05 } });
    stage.upstream('a').connect();

    stage.clock.advance(5000);

    expect(stage.names()).toStrictEqual(['a']);
  });

  it('comes for its part of the requests, however rarely they come', () => {
    const stage = new CompletionStage({
      ...TWO,
      settings: { hedge: { after: '2s', max_ratio: 0.05 } },
    });
    for (let count = 0; count < 19; count += 1) {
      stage.ask().leave();
      stage.clock.advance(60_000);
    }
    const callsBefore = callCount(stage);

    stage.ask();
    stage.clock.advance(2000);

    expect(callCount(stage) - callsBefore).toBe(2);
  });

  it('is left to others by a request that has nobody else to ask', () => {
    const stage = new CompletionStage({
      providers: {
        a: { modelMapping: { m: 'm' } },
        b: { modelMapping: { m: 'm' } },
        c: { modelMapping: { n: 'n' } },
      },
      settings: { hedge: { after: '2s', max_ratio: 0.5 } },
    });
    stage.ask({ body: { model: 'n' } });
    stage.ask({ body: { model: 'n' } });
    stage.clock.advance(2000);

    stage.ask();
    stage.clock.advance(2000);

    expect(stage.names()).toStrictEqual(['a', 'b', 'c']);
  });

  it('that may not come counts for nobody as asked', () => {
    const { stage, asked } = begin(TWO, { hedge: { after: '2s', max_ratio: 0.05 } });
    stage.clock.advance(2000);

    stage.upstream('a').answer(500, REFUSAL);

    expect(stage.names()).toStrictEqual(['a', 'b']);
    expect(asked.context.attemptCount).toBe(2);
  });

  it('of a stream does not go by how long whole answers took', () => {
    const stage = new CompletionStage({
      ...TWO,
      settings: { hedge: { after: 'p95', max_ratio: 1 } },
    });
    const whole = { choices: [{ index: 0, message: { content: 'a' }, finish_reason: 'stop' }] };
    for (let count = 0; count < 20; count += 1) {
      stage.ask({ body: { stream: false } });
      stage.clock.advance(2000);
      stage.upstream('a').answer(200, whole);
      stage.upstream('b').answer(200, whole);
    }
    expect(stage.outcomes).toHaveLength(20);

    stage.ask();
    stage.clock.advance(2000);
    const callsForStream = callCount(stage) - 20;
    stage.ask({ body: { stream: false } });
    stage.clock.advance(2000);
    const callsForWhole = callCount(stage) - 20 - callsForStream;

    expect([callsForStream, callsForWhole]).toStrictEqual([1, 2]);
  });

  it('needs no attempt that is left, and nothing of the retry budget', () => {
    const retry = { attempts: 1, budget: 0, budget_floor: 0 };
    const { stage, asked } = begin(TWO, { ...HEDGED, retry });

    stage.clock.advance(2000);

    expect(stage.names()).toStrictEqual(['a', 'b']);
    expect(asked.context.attemptCount).toBe(2);
  });

  it('leaves one attempt less for retries', () => {
    const { stage, asked } = begin(TWO, { ...HEDGED, retry: { attempts: 2 } });
    stage.clock.advance(2000);

    stage.upstream('a').answer(500, REFUSAL);
    stage.upstream('b').answer(500, REFUSAL);

    expect(asked.heard).toStrictEqual(['whole', 'complete']);
    expect(callCount(stage)).toBe(2);
  });

  it('ends with its client', () => {
    const { stage, asked } = begin(TWO, HEDGED);
    stage.upstream('a').connect();
    stage.clock.advance(2000);

    asked.leave();

    expect(stage.upstream('a').isCancelled).toBe(true);
    expect(stage.upstream('b').isCancelled).toBe(true);
    expect(stage.clock.pending).toBe(0);
  });
});
