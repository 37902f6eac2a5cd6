import { describe, expect, it } from '@jest/globals';
import {
  type Asked,
  CONTENT,
  CompletionStage,
  REFUSAL,
  type StageOptions,
} from '../../test/support/completion-stage.js';
import { TIMEOUTS } from '../../test/support/scripted-provider.js';

const TOO_LONG = { error: { code: 'context_length_exceeded', message: 'too long' } };

const ONE = { providers: { a: {} } };
const TWO = { providers: { a: {}, b: {} } };
/** The model `m` at `a`, and two that stand in for it, at `c`. */
const STAND_INS = {
  providers: { a: { modelMapping: { m: 'm-1' } }, c: { modelMapping: { n: 'n-1', l: 'l-1' } } },
};

function begin(
  options: StageOptions,
  settings: StageOptions['settings'] = {},
  body = {},
): { stage: CompletionStage; asked: Asked } {
  const stage = new CompletionStage({ ...options, settings });
  return { stage, asked: stage.ask({ body }) };
}

describe('CompletionRun: the total deadline', () => {
  it('ends the request: nobody else is asked any more', () => {
    const { stage, asked } = begin(
      {
        providers: {
          a: { modelMapping: { m: 'm' } },
          b: { modelMapping: { m: 'm' } },
          c: { modelMapping: { n: 'n' } },
        },
      },
      { fallbacks: { m: ['n'] } },
      { stream: false },
    );
    stage.upstream('a').connect();

    stage.clock.advance(TIMEOUTS.total);

    expect(stage.outcomes).toStrictEqual(['a: timeout']);
    expect(asked.error).toMatchObject({ status: 504, phase: 'total' });
    expect(stage.clock.pending).toBe(0);
  });

  it('does not count against who was asked when most of it had passed', () => {
    const stage = new CompletionStage({
      ...STAND_INS,
      settings: { fallbacks: { m: ['n'] }, retry: { attempts: 1 } },
    });

    for (let time = 0; time < 5; time += 1) {
      stage.ask({ body: { stream: false } });
      stage.upstream('a').connect();
      stage.clock.advance(TIMEOUTS.total - 1000);
      stage.upstream('a').answer(500, REFUSAL);
      stage.upstream('c').connect();
      stage.clock.advance(1000);
    }

    expect(stage.outcomes.filter((outcome) => outcome === 'c: timeout')).toHaveLength(5);
    expect(stage.provider('c').health.snapshot().state).toBe('closed');
  });
});

describe('CompletionRun: waiting for models that are out', () => {
  const FALLBACK = { fallbacks: { m: ['n'] } };

  it('waits for whoever is back first, be it the model asked for', () => {
    const { stage } = begin(STAND_INS, FALLBACK);
    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '1' });
    stage.upstream('c').answer(429, REFUSAL, { 'retry-after': '9' });

    stage.clock.advance(1000);

    expect(stage.upstream('a').calls).toHaveLength(2);
    expect(stage.reports.at(-1)?.reason).toBe('fallback');
  });

  it('counts a return to the model asked for as a retry', () => {
    const { stage } = begin(STAND_INS, FALLBACK);
    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '1' });
    stage.upstream('c').answer(429, REFUSAL, { 'retry-after': '9' });
    stage.clock.advance(1000);

    stage.upstream('a').answer(400, REFUSAL);

    expect(stage.reports.map(({ reason, model }) => [reason, model])).toStrictEqual([
      ['first', 'm'],
      ['fallback', 'n'],
      ['retry', 'm'],
    ]);
  });

  it('waits no longer than it may, all waits together', () => {
    const { stage, asked } = begin(STAND_INS, FALLBACK);
    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '12' });
    stage.upstream('c').answer(429, REFUSAL, { 'retry-after': '9' });
    stage.clock.advance(9000);

    stage.upstream('c').answer(429, REFUSAL, { 'retry-after': '60' });

    expect(asked.heard).toStrictEqual(['whole', 'complete']);
    expect(asked.head).toMatchObject({ status: 429, headers: { 'retry-after': '3' } });
  });

  it('waits for a provider that asked for it with its 503', () => {
    const { stage } = begin(ONE);
    stage.upstream('a').answer(503, REFUSAL, { 'retry-after': '5' });

    stage.clock.advance(4999);
    expect(stage.upstream('a').calls).toHaveLength(1);
    stage.clock.advance(1);

    expect(stage.upstream('a').calls).toHaveLength(2);
  });

  it('does not wait where the 503 asks for longer than it may', () => {
    const { stage, asked } = begin(ONE);

    stage.upstream('a').answer(503, REFUSAL, { 'retry-after': '60' });

    expect(asked.head).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
  });

  it('takes a pause where a rate limit says that none is needed', () => {
    const { stage } = begin(ONE);

    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '0' });
    expect(stage.upstream('a').calls).toHaveLength(1);
    stage.clock.advance(500);

    expect(stage.upstream('a').calls).toHaveLength(2);
  });

  it('takes the pause before another model is asked, even if a rate limit ends before', () => {
    const { stage } = begin(
      {
        providers: {
          a: { modelMapping: { m: 'm' } },
          b: { modelMapping: { m: 'm' } },
          c: { modelMapping: { n: 'n' } },
        },
      },
      FALLBACK,
    );

    stage.upstream('a').answer(500, REFUSAL);
    stage.upstream('b').answer(429, REFUSAL, { 'retry-after-ms': '1' });

    expect(stage.names()).toStrictEqual(['a', 'b']);
  });

  it('is served on the way it had when it began, whatever a reload changes', () => {
    const { stage } = begin(STAND_INS, FALLBACK);

    stage.removeProvider('c');
    stage.upstream('a').answer(401, REFUSAL);

    expect(stage.upstream('c').calls).toHaveLength(1);
  });
});

describe('CompletionRun: a prompt that is too long', () => {
  const FALLBACK = { fallbacks: { m: ['n'] } };

  it('for a model that stands in leaves the one asked for', () => {
    const { stage } = begin(STAND_INS, FALLBACK);
    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '2' });

    stage.upstream('c').answer(400, TOO_LONG);
    stage.clock.advance(2000);

    expect(stage.upstream('a').calls).toHaveLength(2);
  });

  it('for a model that stands in leads to the larger ones', () => {
    const { stage } = begin(STAND_INS, { ...FALLBACK, context_fallbacks: { m: ['l'] } });
    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '2' });

    stage.upstream('c').answer(400, TOO_LONG);

    expect(stage.upstream('c').calls).toHaveLength(2);
    expect(stage.upstream('a').calls).toHaveLength(1);
  });

  it('for a model that stands in is not what the client is told', () => {
    const { stage, asked } = begin(STAND_INS, { ...FALLBACK, retry: { attempts: 1 } });
    stage.upstream('a').answer(503, REFUSAL);

    stage.upstream('c').answer(400, TOO_LONG);

    expect(asked.head).toMatchObject({
      status: 503,
      headers: { 'x-llm-proxy-provider': 'a', 'x-llm-proxy-model': 'm' },
    });
  });

  it('is not tried again there, nor at other providers of the model', () => {
    const { stage, asked } = begin(
      { providers: { ...STAND_INS.providers, b: { modelMapping: { m: 'm-1' } } } },
      FALLBACK,
    );
    stage.upstream('a').answer(400, TOO_LONG);

    stage.upstream('c').answer(429, REFUSAL, { 'retry-after': '60' });

    expect(stage.outcomes).toStrictEqual(['a: context_exceeded', 'c: rate_limited']);
    expect(asked.head).toMatchObject({ status: 400 });
  });

  it('goes to a larger model whatever is left of the retry budget', () => {
    const stage = new CompletionStage({
      ...STAND_INS,
      settings: { context_fallbacks: { m: ['l'] } },
    });

    for (let time = 0; time < 200; time += 1) {
      stage.ask();
      stage.upstream('a').answer(400, TOO_LONG);
    }

    expect(stage.upstream('c').calls).toHaveLength(200);
  });
});

describe('CompletionRun: a refusal while a hedge runs', () => {
  const HEDGED = { hedge: { after: '2s', max_ratio: 1 }, stream_keepalive: 0 };

  function hedge(options: StageOptions, settings = {}): { stage: CompletionStage; asked: Asked } {
    const begun = begin(options, { ...HEDGED, ...settings });
    begun.stage.upstream('a').connect();
    begun.stage.clock.advance(2000);
    expect(begun.stage.names()).toStrictEqual(['a', 'b']);
    return begun;
  }

  it.each([
    ['for its content', { code: 'content_policy_violation' }],
    ['as a mistake', { message: 'no messages' }],
  ])('%s is told at once, and the hedge given up', (_name, error) => {
    const { stage, asked } = hedge(TWO);

    stage.upstream('a').answer(400, { error });

    expect(asked.heard).toStrictEqual(['whole', 'complete']);
    expect(stage.upstream('b').isCancelled).toBe(true);
    expect(stage.outcomes[1]).toBe('b: superseded');
  });

  it('for its length leads to a larger model at once, and the hedge is given up', () => {
    const { stage } = hedge(
      {
        providers: {
          a: { modelMapping: { m: 'm' } },
          b: { modelMapping: { m: 'm' } },
          c: { modelMapping: { l: 'l' } },
        },
      },
      { context_fallbacks: { m: ['l'] } },
    );

    stage.upstream('a').answer(400, TOO_LONG);

    expect(stage.upstream('b').isCancelled).toBe(true);
    expect(stage.upstream('c').calls).toHaveLength(1);
  });
});

describe('CompletionRun: hedges after a reload', () => {
  const HEDGED = { hedge: { after: '2s', max_ratio: 0.1 } };

  it.each([
    ['come as before when it leaves them alone', { ...HEDGED, stream_keepalive: '7s' }, 2],
    ['start anew when it changes them', { hedge: { after: '1s', max_ratio: 0.1 } }, 1],
    ['end when it switches them off', {}, 1],
  ])('%s', (_name, settings, calls) => {
    const stage = new CompletionStage({ ...TWO, settings: HEDGED });
    for (let time = 0; time < 10; time += 1) {
      stage.ask().leave();
    }
    const before = stage.reports.length;

    stage.reload(settings);
    stage.ask();
    stage.clock.advance(2000);

    const sent = stage.upstream('a').calls.length + stage.upstream('b').calls.length;
    expect(sent - before).toBe(calls);
  });
});

describe('CompletionRun: the last word', () => {
  it.each([
    ['soon', '1'],
    ['-5', '1'],
    ['31536000', '3600'],
    ['3601', '3600'],
    ['30', '30'],
  ])('tells of a rate limit whose retry-after is %s: come back after %s s', (said, told) => {
    const { stage, asked } = begin(ONE, { retry: { max_wait: 0 } });

    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': said });

    expect(asked.head).toMatchObject({ status: 429, headers: { 'retry-after': told } });
  });

  it('says in milliseconds, too, what the provider said so', () => {
    const { stage, asked } = begin(ONE, { retry: { max_wait: 0 } });

    stage.upstream('a').answer(429, REFUSAL, { 'retry-after-ms': '1500', 'retry-after': '9' });

    expect(asked.head.headers).toMatchObject({ 'retry-after': '2', 'retry-after-ms': '1500' });
  });

  it('tells when the first of all providers is back', () => {
    const { stage, asked } = begin(TWO);
    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '15' });
    stage.upstream('b').answer(429, REFUSAL, { 'retry-after': '3000' });

    expect(asked.head).toMatchObject({ status: 429, headers: { 'retry-after': '15' } });
  });

  it('is the rate limit, rather than a key that another provider refuses', () => {
    const { stage, asked } = begin(TWO);
    stage.upstream('a').answer(429, REFUSAL, { 'retry-after': '15' });
    stage.upstream('b').answer(401, REFUSAL);

    expect(asked.head).toMatchObject({
      status: 429,
      headers: { 'retry-after': '15', 'x-llm-proxy-provider': 'a' },
    });
  });

  it('names the model whose provider has the word', () => {
    const { stage, asked } = begin(STAND_INS, { fallbacks: { m: ['n'] }, retry: { attempts: 1 } });
    stage.upstream('a').answer(500, REFUSAL);
    stage.upstream('c').answer(500, REFUSAL);

    expect(asked.head.headers).toMatchObject({
      'x-llm-proxy-provider': 'c',
      'x-llm-proxy-model': 'n',
    });
  });
});

describe('CompletionRun: a stream that is taken up again', () => {
  const RESUME = { stream_recovery: 'resume' };

  /** Breaks a stream of `m` after its first word. */
  async function breakOff(options: StageOptions, settings = {}): ReturnType<typeof opened> {
    const begun = await opened(options, settings);
    begun.stage.upstream('a').fail('reset');
    return begun;
  }

  async function opened(
    options: StageOptions,
    settings = {},
  ): Promise<{ stage: CompletionStage; asked: Asked }> {
    const begun = begin(options, { ...RESUME, ...settings });
    begun.stage.upstream('a').beginStream();
    await begun.stage.upstream('a').packet(CONTENT);
    return begun;
  }

  it('is never finished by another model', async () => {
    const { stage, asked } = await breakOff(
      { providers: { ...STAND_INS.providers, b: { modelMapping: { m: 'm-1' } } } },
      { context_fallbacks: { m: ['l'] } },
    );

    stage.upstream('b').answer(400, TOO_LONG);

    expect(stage.upstream('c').calls).toHaveLength(0);
    stage.clock.advance(500);
    await stage.answer('a');
    expect(asked.text).toContain('[DONE]');
  });

  it.each([
    ['does not take the request', { message: 'no tools here' }],
    ['has no room for it', { code: 'context_length_exceeded' }],
  ])('goes on to the next provider when one %s', async (_name, error) => {
    const { stage, asked } = await breakOff({ providers: { a: {}, b: {}, c: {} } });

    stage.upstream('b').answer(400, { error });
    await stage.answer('c');

    expect(asked.context.recovery).toBe('recovered');
  });

  it('ends where its content is refused', async () => {
    const { stage, asked } = await breakOff({ providers: { a: {}, b: {}, c: {} } });

    stage.upstream('b').answer(400, { error: { code: 'content_policy_violation' } });

    expect(stage.upstream('c').calls).toHaveLength(0);
    expect(asked.heard.at(-1)).toBe('error');
  });

  it('is not taken up when the provider refuses its content in the middle of it', async () => {
    const { stage, asked } = await opened(TWO);

    await stage
      .upstream('a')
      .packet('data: {"error":{"code":"content_policy_violation","message":"no"}}\n\n');

    expect(stage.upstream('b').calls).toHaveLength(0);
    expect(asked.text).toContain('content_policy_violation');
    expect(asked.text).not.toContain('[DONE]');
  });

  it('asks without the beginning where it has no room for request and beginning', async () => {
    const { stage } = await breakOff({
      providers: { a: {}, b: { supportsPrefill: 'continue_final_message' } },
    });

    stage.upstream('b').answer(400, TOO_LONG);

    expect(stage.upstream('b').calls).toHaveLength(2);
  });
});
