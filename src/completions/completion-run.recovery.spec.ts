import { describe, expect, it } from '@jest/globals';
import {
  type Asked,
  CompletionStage,
  type StageOptions,
} from '../../test/support/completion-stage.js';
import { TIMEOUTS } from '../../test/support/scripted-provider.js';

const RESUME = { stream_recovery: 'resume', stream_keepalive: 0 };
const TWO = { providers: { a: {}, b: {} } };
const DONE = 'data: [DONE]\n\n';

/** One chunk of a stream that calls itself `id`. */
function chunk(id: string, delta: object, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id, created: id.length, choices })}\n\n`;
}

const ROLE = { role: 'assistant', content: '' };
const text = (content: string): object => ({ content });

/** A request whose stream has begun at `a`: "one two". */
async function begin(
  options: StageOptions = TWO,
  settings = {},
  body = {},
): Promise<{ stage: CompletionStage; asked: Asked }> {
  const stage = new CompletionStage({ ...options, settings: { ...RESUME, ...settings } });
  const asked = stage.ask({ body });
  stage.upstream('a').beginStream();
  await stage.upstream('a').packet(chunk('first', ROLE));
  await stage.upstream('a').packet(chunk('first', text('one')) + chunk('first', text(' two')));
  return { stage, asked };
}

/** Has a provider answer its latest call with these deltas, from the beginning. */
async function answer(
  stage: CompletionStage,
  name: string,
  contents: readonly string[],
): Promise<void> {
  stage.upstream(name).beginStream();
  await stage.upstream(name).packet(chunk('second', ROLE));
  for (const content of contents) {
    await stage.upstream(name).packet(chunk('second', text(content)));
  }
  await stage.upstream(name).packet(chunk('second', {}, 'stop') + DONE);
  stage.upstream(name).end();
}

/** The text that a client has put together, and what else it has seen. */
function readAsClient({ text: stream }: Asked): { content: string; roles: number; ids: string[] } {
  let content = '';
  let roles = 0;
  const ids = new Set<string>();
  for (const [, data = ''] of stream.matchAll(/^data: (\{.*)$/gm)) {
    const { id, choices } = JSON.parse(data) as {
      id: string;
      choices: { delta: { role?: string; content?: string } }[];
    };
    ids.add(id);
    for (const { delta } of choices) {
      content += delta.content ?? '';
      roles += delta.role === undefined ? 0 : 1;
    }
  }
  return { content, roles, ids: [...ids] };
}

describe('CompletionRun: a stream that breaks and is taken up again', () => {
  it.each([
    [
      'loses its connection',
      (stage: CompletionStage) => {
        stage.upstream('a').fail('reset');
      },
    ],
    [
      'ends without having finished',
      (stage: CompletionStage) => {
        stage.upstream('a').end();
      },
    ],
    [
      'stalls',
      (stage: CompletionStage) => {
        stage.clock.advance(TIMEOUTS.idle);
      },
    ],
    [
      'reports an error',
      (stage: CompletionStage) => {
        stage.upstream('a').data('data: {"error":{"message":"oops"}}\n\n');
      },
    ],
  ])('because it %s, is one coherent stream', async (_name, breakIt) => {
    const { stage, asked } = await begin();

    breakIt(stage);
    await stage.upstream('a').packet('');
    stage.upstream('a').end();
    await answer(stage, 'b', ['on', 'e tw', 'o three', ' four']);

    expect(readAsClient(asked)).toStrictEqual({
      content: 'one two three four',
      roles: 1,
      ids: ['first'],
    });
    expect(asked.text).toMatch(/"finish_reason":"stop".*\n\ndata: \[DONE\]\n\n$/);
    expect(asked.text).not.toContain('oops');
    expect(asked.heard.at(-1)).toBe('complete');
    expect(asked.context).toMatchObject({
      recovery: 'recovered',
      interrupted: false,
      provider: 'b',
    });
    expect(stage.outcomes).toStrictEqual(['a: interrupted', 'b: success']);
    expect(stage.reports[1]).toMatchObject({ reason: 'recovery' });
    expect(stage.clock.pending).toBe(0);
  });

  it('breaks again and is taken up again', async () => {
    const { stage, asked } = await begin({ providers: { a: {}, b: {}, c: {} } });

    stage.upstream('a').fail('reset');
    stage.upstream('b').beginStream();
    await stage
      .upstream('b')
      .packet(chunk('second', ROLE) + chunk('second', text('one two three')));
    stage.upstream('b').fail('reset');
    await answer(stage, 'c', ['one two three four']);

    expect(readAsClient(asked).content).toBe('one two three four');
    expect(asked.heard.at(-1)).toBe('complete');
  });

  it('is asked of the next when the next cannot', async () => {
    const { stage, asked } = await begin({ providers: { a: {}, b: {}, c: {} } });

    stage.upstream('a').fail('reset');
    stage.upstream('b').answer(503, { error: { message: 'no' } });
    await answer(stage, 'c', ['one two three']);

    expect(readAsClient(asked).content).toBe('one two three');
  });

  it('is asked of the only provider again, after a pause, but not when it had fallen silent', async () => {
    const lost = await begin({ providers: { a: {} } });
    lost.stage.upstream('a').fail('reset');
    lost.stage.clock.advance(500);
    await answer(lost.stage, 'a', ['one two three']);

    const silent = await begin({ providers: { a: {} } });
    silent.stage.clock.advance(TIMEOUTS.idle);

    expect(readAsClient(lost.asked).content).toBe('one two three');
    expect(silent.asked.error).toMatchObject({ phase: 'idle' });
    expect(silent.stage.upstream('a').calls).toHaveLength(1);
  });

  it('goes on at the pace of its client', async () => {
    const { stage, asked } = await begin();
    asked.flow.pause();

    stage.upstream('a').fail('reset');
    stage.upstream('b').beginStream();
    await stage.upstream('b').packet(chunk('second', text('one two three')));

    expect(stage.upstream('b').done).toContain('pause');
    asked.flow.resume();
    expect(stage.upstream('b').done.at(-1)).toBe('resume');
  });

  it('ends with its client', async () => {
    const { stage, asked } = await begin();
    stage.upstream('a').fail('reset');

    asked.leave();

    expect(stage.upstream('b').isCancelled).toBe(true);
    expect(stage.clock.pending).toBe(0);
  });

  it('is told from the usage of the stream that ended it', async () => {
    const { stage, asked } = await begin();
    stage.upstream('a').fail('reset');
    stage.upstream('b').beginStream();
    await stage
      .upstream('b')
      .packet(
        `${chunk('second', text('one two three'))}${chunk('second', {}, 'stop')}` +
          `data: {"choices":[],"usage":{"total_tokens":9}}\n\n${DONE}`,
      );

    expect(asked.context.usage).toMatchObject({ totalTokens: 9 });
  });

  it.each([
    ['asked for it', { stream_options: { include_usage: true } }, 1],
    ['did not', {}, 0],
  ])('reports its usage alone only to a client that %s', async (_name, options, reports) => {
    const { stage, asked } = await begin(TWO, {}, { n: 2, ...options });
    const other = chunk('second', text('x'), 'stop').replace('"index":0', '"index":1');
    const usage = '],"usage":{"total_tokens":9}}\n\n';

    await stage.upstream('a').packet(chunk('first', {}, 'stop'));
    stage.upstream('a').fail('reset');
    stage.upstream('b').beginStream();
    await stage
      .upstream('b')
      .packet(other + chunk('second', text('one two'), 'stop').replace(']}\n\n', usage) + DONE);

    expect(asked.text.match(/"choices":\[\],"usage"/g) ?? []).toHaveLength(reports);
    expect(asked.context.usage).toMatchObject({ totalTokens: 9 });
    expect(asked.heard.at(-1)).toBe('complete');
  });
});

describe('CompletionRun: a stream that has finished and breaks before its end', () => {
  function finish(index = 0): string {
    return chunk('first', {}, 'stop').replace('"index":0', `"index":${index}`);
  }

  it.each([
    [
      'loses its connection',
      (stage: CompletionStage) => {
        stage.upstream('a').fail('reset');
      },
    ],
    [
      'stalls',
      (stage: CompletionStage) => {
        stage.clock.advance(TIMEOUTS.idle);
      },
    ],
  ])('because it %s, is complete, and nobody is asked', async (_name, breakIt) => {
    const { stage, asked } = await begin();
    await stage.upstream('a').packet(finish());

    breakIt(stage);

    expect(asked.text.endsWith(`${finish()}${DONE}`)).toBe(true);
    expect(asked.heard.at(-1)).toBe('complete');
    expect(stage.names()).toStrictEqual(['a']);
    expect(asked.context).toMatchObject({
      recovery: 'recovered',
      interrupted: false,
      provider: 'a',
    });
    expect(stage.outcomes).toStrictEqual(['a: interrupted']);
    expect(stage.clock.pending).toBe(0);
  });

  it('is complete even when it was taken up before', async () => {
    const { stage, asked } = await begin();
    stage.upstream('a').fail('reset');
    stage.upstream('b').beginStream();
    await stage.upstream('b').packet(chunk('second', text('one two three'), 'stop'));

    stage.upstream('b').fail('reset');

    expect(readAsClient(asked).content).toBe('one two three');
    expect(asked.text.endsWith(DONE)).toBe(true);
    expect(asked.heard.at(-1)).toBe('complete');
  });

  it.each([
    ['as many as were asked for', { n: 2 }, true],
    ['fewer than were asked for', { n: 3 }, false],
    ['as many as prompts', { prompt: ['x', 'y'] }, true],
    ['fewer than there are prompts', { prompt: ['x', 'y', 'z'] }, false],
    ['fewer than prompts in tokens', { prompt: [[1], [2], [3]] }, false],
    ['as many as were asked for of a prompt in tokens', { prompt: [1, 2, 3], n: 2 }, true],
    ['fewer than were asked for of each prompt', { prompt: ['x', 'y'], n: 2 }, false],
    ['what was asked for is no number', { n: '3' }, true],
  ])('with two choices, %s', async (_name, body, isComplete) => {
    const { stage, asked } = await begin(TWO, {}, body);
    await stage.upstream('a').packet(finish(0) + finish(1));

    stage.upstream('a').fail('reset');

    expect(asked.heard.at(-1) === 'complete').toBe(isComplete);
    expect(stage.names()).toStrictEqual(isComplete ? ['a'] : ['a', 'b']);
  });

  it('is taken up when one choice has not finished', async () => {
    const { stage } = await begin();
    await stage.upstream('a').packet(finish(1));

    stage.upstream('a').fail('reset');

    expect(stage.names()).toStrictEqual(['a', 'b']);
  });

  it('is taken up when the provider reports an error', async () => {
    const { stage } = await begin();
    await stage.upstream('a').packet(finish());

    await stage.upstream('a').packet('data: {"error":{"message":"oops"}}\n\n');

    expect(stage.names()).toStrictEqual(['a', 'b']);
  });
});

describe('CompletionRun: a stream that breaks and is lost', () => {
  it('because the next one differs, and not a wrong character of that reaches the client', async () => {
    const { stage, asked } = await begin();

    stage.upstream('a').fail('reset');
    await answer(stage, 'b', ['one too many']);

    expect(readAsClient(asked).content).toBe('one two');
    expect(asked.error).toMatchObject({ code: 'upstream_error' });
    expect(asked.context).toMatchObject({ recovery: 'lost', interrupted: true });
    expect(stage.upstream('b').isCancelled).toBe(true);
    expect(stage.clock.pending).toBe(0);
  });

  it('because the next one is no stream', async () => {
    const { stage, asked } = await begin();

    stage.upstream('a').fail('reset');
    stage.upstream('b').answer(200, { choices: [] });

    expect(asked.error).toMatchObject({ code: 'upstream_error' });
    expect(asked.context.recovery).toBe('lost');
  });

  it('because nobody else can be asked: with the error that broke it', async () => {
    const { stage, asked } = await begin(TWO, { retry: { attempts: 1 } });

    stage.upstream('a').data('data: {"error":{"message":"oops"}}\n\n');
    await stage.upstream('a').packet('');

    expect(asked.text).toContain('oops');
    expect(asked.text).not.toContain('[DONE]');
    expect(asked.heard.at(-1)).toBe('complete');
    expect(asked.context).toMatchObject({ recovery: 'lost', interrupted: true });
  });

  it('because the next one fails, with the usage that was reported before', async () => {
    const { stage, asked } = await begin(TWO, { retry: { attempts: 2 } });
    const usage = '],"usage":{"total_tokens":5}}\n\n';

    await stage.upstream('a').packet(chunk('first', text(' three')).replace(']}\n\n', usage));
    stage.upstream('a').fail('reset');
    stage.upstream('b').answer(503, { error: { message: 'no' } });

    expect(asked.context).toMatchObject({ recovery: 'lost', usage: { totalTokens: 5 } });
  });

  it('because more was said than is remembered', async () => {
    const { stage, asked } = await begin(TWO, { resume: { max_bytes: 5 } });

    stage.upstream('a').fail('reset');

    expect(asked.error).toMatchObject({ code: 'upstream_error' });
    expect(stage.names()).toStrictEqual(['a']);
  });

  it('because that is not switched on', async () => {
    const { stage, asked } = await begin(TWO, { stream_recovery: 'error' });

    stage.upstream('a').fail('reset');

    expect(asked.error).toMatchObject({ code: 'upstream_error' });
    expect(asked.context.recovery).toBeUndefined();
    expect(stage.names()).toStrictEqual(['a']);
  });
});

describe('CompletionRun: a provider that can continue an answer', () => {
  const PREFILL = { providers: { a: {}, b: { supportsPrefill: 'prefix' } } } as const;

  function sentTo(stage: CompletionStage, call: number): { messages: object[] } {
    const { body = [] } = stage.upstream('b').calls[call] ?? {};
    return JSON.parse(Buffer.concat(body).toString()) as { messages: object[] };
  }

  it('is given what the client has, and goes on from there', async () => {
    const { stage, asked } = await begin(PREFILL);

    stage.upstream('a').fail('reset');
    await answer(stage, 'b', [' three', ' four']);

    expect(sentTo(stage, 0).messages.at(-1)).toStrictEqual({
      role: 'assistant',
      content: 'one two',
      prefix: true,
    });
    expect(readAsClient(asked)).toStrictEqual({
      content: 'one two three four',
      roles: 1,
      ids: ['first'],
    });
  });

  it.each([
    ['begins anew', ['o', 'ne', ' tw', 'o thr', 'ee']],
    ['repeats it in one piece', ['one two', ' three']],
  ])('but %s is not taken for a continuation', async (_name, contents) => {
    const { stage, asked } = await begin(PREFILL);

    stage.upstream('a').fail('reset');
    await answer(stage, 'b', contents);

    expect(readAsClient(asked).content).toBe('one two three');
    expect(asked.heard.at(-1)).toBe('complete');
    expect(asked.context.recovery).toBe('recovered');
  });

  it('and refuses to is asked for the whole answer; the refusal reaches nobody', async () => {
    const { stage, asked } = await begin(PREFILL);

    stage.upstream('a').fail('reset');
    stage.upstream('b').answer(400, { error: { message: 'no prefix' } });
    await answer(stage, 'b', ['one two', ' three']);

    expect(sentTo(stage, 1).messages).toHaveLength(1);
    expect(readAsClient(asked).content).toBe('one two three');
    expect(asked.heard.at(-1)).toBe('complete');
  });
});
