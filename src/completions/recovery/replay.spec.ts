import { describe, expect, it } from '@jest/globals';
import { receive } from '../../../test/support/received-stream.js';
import { Replay } from './replay.js';
import type { SentAnswer } from './sent-answer.js';
import { Transcript } from './transcript.js';

const DONE = 'data: [DONE]\n\n';

/** A chunk of the stream that broke. */
function first(fields: object, choice: object = {}): string {
  return chunk({ id: 'first', created: 1 }, fields, choice);
}

/** A chunk of the stream that takes its place. */
function second(fields: object, choice: object = {}): string {
  return chunk({ id: 'second', created: 2 }, fields, choice);
}

function chunk(head: object, delta: object, choice: object): string {
  return `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, ...choice }] })}\n\n`;
}

function sentAnswer(events: readonly string[]): SentAnswer {
  const transcript = new Transcript(100_000);
  transcript.add(Buffer.from(events.join('')));
  const sent = transcript.sent();
  if (sent === undefined) {
    throw new Error('what was sent cannot be continued');
  }
  return sent;
}

function replayAfter(...events: readonly string[]): Replay {
  return new Replay(sentAnswer(events), { asksUsage: true });
}

/** @returns what flows of the events, each pushed by itself */
function play(replay: Replay, ...events: readonly string[]): string[] {
  return events.map((event) => Buffer.from(replay.push(Buffer.from(event))).toString());
}

describe('Replay: a stream that says the same', () => {
  it('is swallowed up to where the first one broke, and then flows', () => {
    const replay = replayAfter(
      first({ role: 'assistant', content: '' }),
      first({ content: 'One' }),
    );

    const flowed = play(
      replay,
      second({ role: 'assistant', content: '' }),
      second({ content: 'O' }),
      second({ content: 'ne' }),
      second({ content: ' two' }),
      second({}, { finish_reason: 'stop' }),
      DONE,
    );

    expect(flowed).toStrictEqual([
      '',
      '',
      '',
      first({ content: ' two' }),
      first({}, { finish_reason: 'stop' }),
      DONE,
    ]);
    expect([replay.caughtUp, replay.differs]).toStrictEqual([true, false]);
  });

  it('flows from the first new character on, in the middle of a piece', () => {
    const replay = replayAfter(first({ content: 'One' }));

    expect(play(replay, second({ content: 'One\ntwo' }))).toStrictEqual([
      first({ content: '\ntwo' }),
    ]);
  });

  it('flows with its bytes as they are, but for the id and the date', () => {
    const replay = replayAfter(first({ content: 'a' }));
    const bytes = (id: string, created: number): string =>
      `event: x\ndata: { "created" : ${created},"id":"${id}", "n":12345678901234567890,` +
      ' "choices":[{"index":0,"delta":{"content":"\\u00e9"}, "id":"second"}] }\n\n';
    play(replay, second({ content: 'a' }));

    expect(play(replay, bytes('second', 2))).toStrictEqual([bytes('first', 1)]);
  });

  it('keeps its own id when the client has none', () => {
    const replay = replayAfter('data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n');

    expect(play(replay, second({ content: 'ab' }))).toStrictEqual([second({ content: 'b' })]);
  });

  it('flows from the start when nothing had been sent', () => {
    const replay = replayAfter();
    const events = [second({ role: 'assistant' }), second({ content: 'a' })];

    expect(play(replay, ...events)).toStrictEqual(events);
  });

  it('names no role again, wherever it stands', () => {
    const replay = replayAfter(first({ role: 'assistant', content: 'a' }));

    expect(
      play(
        replay,
        second({ role: 'assistant', content: 'ab' }),
        second({ content: 'c', role: 'assistant' }),
        second({ role: 'assistant' }),
        second({ x: 1, role: 'assistant', content: 'd' }),
        second({ content: 'e' }).replace('{"content"', '{ "role" : "assistant" , "content"'),
      ),
    ).toStrictEqual([
      first({ content: 'b' }),
      first({ content: 'c' }),
      first({}),
      first({ x: 1, content: 'd' }),
      first({ content: 'e' }).replace('{"content"', '{ "content"'),
    ]);
  });

  it('keeps logprobs to whole new pieces', () => {
    const logprobs = { content: [{ token: 'x' }] };
    const replay = replayAfter(first({ content: 'a' }));

    expect(
      play(replay, second({ content: 'ab' }, { logprobs }), second({ content: 'c' }, { logprobs })),
    ).toStrictEqual([
      first({ content: 'b' }, { logprobs: null }),
      first({ content: 'c' }, { logprobs }),
    ]);
  });

  it('lets comments through, so that the connection lives', () => {
    const replay = replayAfter(first({ content: 'ab' }));

    expect(play(replay, ': ping\n\n', second({ content: 'a' }), ': ping\n\n')).toStrictEqual([
      ': ping\n\n',
      '',
      ': ping\n\n',
    ]);
  });

  it('reports its usage only when it has caught up', () => {
    const usage = 'data: {"id":"second","choices":[],"usage":{"total_tokens":3}}\n\n';
    const replay = replayAfter(first({ content: 'a' }));

    expect(
      play(replay, usage, second({ content: 'a' }, { finish_reason: 'stop' }), usage),
    ).toStrictEqual([
      '',
      first({ content: '' }, { finish_reason: 'stop' }),
      usage.replace('second', 'first'),
    ]);
  });

  it('is understood when its data has several lines', () => {
    const replay = replayAfter(first({ content: 'a' }));

    expect(
      play(
        replay,
        'id: 7\ndata: {"id":"second",\ndata: "choices":[{"delta":{"content":"ab"}}]}\n\n',
      ),
    ).toStrictEqual(['id: 7\ndata: {"id":"first", "choices":[{"delta":{"content":"b"}}]}\n\n']);
  });

  it('is matched in pieces of a text completion as well', () => {
    const completion = (id: string, text: string): string =>
      `data: {"id":"${id}","choices":[{"text":"${text}","index":0}],"model":"m"}\n\n`;
    const replay = replayAfter(completion('first', 'The'), completion('first', ' day'));

    expect(play(replay, completion('second', 'The days'))).toStrictEqual([
      completion('first', 's'),
    ]);
  });

  it('cut within a surrogate pair is whole again', () => {
    const replay = replayAfter(first({ content: '\ud83d' }));

    const flowed = play(replay, second({ content: '\ud83d\ude00' }));

    expect(receive(first({ content: '\ud83d' }), ...flowed).choices['0']?.texts).toStrictEqual({
      content: '😀',
    });
  });
});

describe('Replay: reasoning', () => {
  const sent = [first({ reasoning_content: 'Hm' }), first({ content: 'Yes' })];

  it('is matched like the answer', () => {
    const replay = replayAfter(...sent);

    expect(
      play(replay, second({ reasoning_content: 'Hm' }), second({ content: 'Yes, ' })),
    ).toStrictEqual(['', first({ content: ', ' })]);
  });

  it('that goes on when the answer had begun differs', () => {
    const replay = replayAfter(...sent);

    expect(play(replay, second({ reasoning_content: 'Hmm' }))).toStrictEqual(['']);
    expect(replay.differs).toBe(true);
  });

  it('that breaks off goes on', () => {
    const replay = replayAfter(first({ reasoning: 'Let' }));

    expect(play(replay, second({ reasoning: 'Let me' }), second({ content: 'Yes' }))).toStrictEqual(
      [first({ reasoning: ' me' }), first({ content: 'Yes' })],
    );
  });
});

describe('Replay: tool calls', () => {
  function call(id: string, name: string, text: string, index = 0): object {
    return {
      tool_calls: [{ index, id, type: 'function', function: { name, arguments: text } }],
    };
  }

  function piece(text: string, index = 0): object {
    return { tool_calls: [{ index, function: { arguments: text } }] };
  }

  it('keep the id that the client has, which is not said again', () => {
    const replay = replayAfter(first(call('call_a', 'weather', '')), first(piece('{"a"')));

    expect(
      play(
        replay,
        second(call('call_b', 'weather', '{"a":')),
        second({ tool_calls: [{ index: 0, id: 'call_b', function: { arguments: '1}' } }] }),
      ),
    ).toStrictEqual([
      first({ tool_calls: [{ index: 0, type: 'function', function: { arguments: ':' } }] }),
      first({ tool_calls: [{ index: 0, function: { arguments: '1}' } }] }),
    ]);
  });

  it('that are new bring their ids and names', () => {
    const replay = replayAfter(first(call('call_a', 'weather', '{}')));

    expect(
      play(
        replay,
        second(call('call_b', 'weather', '{}')),
        second(call('call_c', 'time', '', 1)),
        second(piece('{}', 1)),
      ),
    ).toStrictEqual(['', first(call('call_c', 'time', '', 1)), first(piece('{}', 1))]);
  });

  it('bring an id when the client has none', () => {
    const replay = replayAfter(first(call('', 'weather', '{')));

    expect(play(replay, second(call('call_b', 'weather', '{}')))).toStrictEqual([
      first({
        tool_calls: [{ index: 0, id: 'call_b', type: 'function', function: { arguments: '}' } }],
      }),
    ]);
  });

  it('stand beside new ones in one chunk', () => {
    const both = {
      tool_calls: [
        {
          index: 0,
          id: 'call_b',
          type: 'function',
          function: { name: 'weather', arguments: '{}' },
        },
        { index: 1, id: 'call_c', type: 'function', function: { name: 'time', arguments: '{}' } },
      ],
    };
    const replay = replayAfter(first(call('call_a', 'weather', '{}')));

    expect(play(replay, second(both))).toStrictEqual([
      first({
        tool_calls: [
          { index: 0, type: 'function', function: { arguments: '' } },
          both.tool_calls[1],
        ],
      }),
    ]);
  });

  it.each([
    ['another name', call('call_b', 'time', '')],
    ['a longer name', call('call_b', 'weather_now', '')],
    ['other arguments', call('call_b', 'weather', '{"b"')],
    ['a call too early', call('call_b', 'time', '', 1)],
    ['text in their place', { content: 'It is' }],
  ])('differ with %s', (_name, fields) => {
    const replay = replayAfter(first(call('call_a', 'weather', '{"a"')));

    expect(play(replay, second(fields))).toStrictEqual(['']);
    expect(replay.differs).toBe(true);
  });

  it('of old are matched too', () => {
    const replay = replayAfter(first({ function_call: { name: 'weather', arguments: '{' } }));

    expect(
      play(replay, second({ function_call: { name: 'weather', arguments: '{}' } })),
    ).toStrictEqual([first({ function_call: { arguments: '}' } })]);
  });
});

describe('Replay: several choices', () => {
  it('flow each from its own place', () => {
    const replay = replayAfter(
      first({ content: 'ab' }, { index: 0 }),
      first({ content: 'x' }, { index: 1 }),
    );

    expect(
      play(
        replay,
        second({ content: 'a' }, { index: 0 }),
        second({ content: 'xy' }, { index: 1 }),
        second({ content: 'bc' }, { index: 0 }),
      ),
    ).toStrictEqual([
      '',
      first({ content: 'y' }, { index: 1 }),
      first({ content: 'c' }, { index: 0 }),
    ]);
  });

  it('may share a chunk', () => {
    const replay = replayAfter(first({ content: 'ab' }));
    const shared = (id: string, texts: readonly [string, string]): string =>
      `data: ${JSON.stringify({
        id,
        choices: texts.map((content, index) => ({ index, delta: { content } })),
      })}\n\n`;

    expect(play(replay, shared('second', ['a', 'x']))).toStrictEqual([shared('first', ['', 'x'])]);
    expect(replay.caughtUp).toBe(false);
  });

  it('are caught up when the last of them is', () => {
    const replay = replayAfter(first({ content: 'a' }), first({ content: 'x' }, { index: 1 }));
    const states = [replay.caughtUp];
    play(replay, second({ content: 'a' }));
    states.push(replay.caughtUp);
    play(replay, second({ content: 'x' }, { index: 1 }));
    states.push(replay.caughtUp);

    expect(states).toStrictEqual([false, false, true]);
  });
});

describe('Replay: a stream that differs', () => {
  it.each([
    ['says something else', second({ content: 'Two' })],
    ['says something else in another field', second({ refusal: 'No' })],
    ['finishes too early', second({ content: 'On' }, { finish_reason: 'stop' })],
    ['is done too early', second({ content: 'On' }) + DONE],
    ['brings what cannot be compared', second({ content: 'One', audio: { id: 'a' } })],
  ])('when it %s', (_name, events) => {
    const replay = replayAfter(first({ content: 'One' }));

    expect(play(replay, events, second({ content: 'One' }), DONE)).toStrictEqual(['', '', '']);
    expect([replay.differs, replay.caughtUp]).toStrictEqual([true, false]);
  });

  it('lets what was right before it go, and nothing after', () => {
    const replay = replayAfter(first({ content: 'a' }), first({ content: 'x' }, { index: 1 }));

    expect(
      play(
        replay,
        second({ content: 'ab' }) + second({ content: 'y' }, { index: 1 }),
        second({ content: 'c' }),
      ),
    ).toStrictEqual([first({ content: 'b' }), '']);
    expect(replay.differs).toBe(true);
  });
});

describe('Replay: after a choice has finished', () => {
  const sent = [first({ content: 'a' }), first({}, { finish_reason: 'stop' })];
  const usage = 'data: {"choices":[],"usage":{"total_tokens":3}}\n\n';

  it('nothing but the end flows', () => {
    const replay = replayAfter(...sent);

    expect(
      play(replay, second({ content: 'a' }, { finish_reason: 'stop' }), usage, DONE),
    ).toStrictEqual(['', usage, DONE]);
  });

  it('another reason, or more text, differs', () => {
    const [reason, text] = [replayAfter(...sent), replayAfter(...sent)];
    play(reason, second({ content: 'a' }, { finish_reason: 'length' }));
    play(text, second({ content: 'ab' }));

    expect([reason.differs, text.differs]).toStrictEqual([true, true]);
  });

  it('its reason is not said again beside another choice', () => {
    const replay = replayAfter(...sent);
    const event = `data: ${JSON.stringify({
      id: 'second',
      choices: [
        { index: 0, delta: { content: 'a' }, finish_reason: 'stop' },
        { index: 1, delta: { role: 'assistant', content: 'x' }, finish_reason: null },
      ],
    })}\n\n`;

    expect(play(replay, event)).toStrictEqual([
      event
        .replace('second', 'first')
        .replace('"content":"a"', '"content":""')
        .replace('"stop"', 'null'),
    ]);
  });
});

describe('Replay: usage', () => {
  const usage = { total_tokens: 3 };
  const reported = 'data: {"choices":[],"usage":{"total_tokens":3}}\n\n';

  function finished(id: string, fields: object, more: object = {}, index = 0): string {
    const choices = [{ index, delta: fields, finish_reason: 'stop' }];
    return `data: ${JSON.stringify({ id, choices, ...more })}\n\n`;
  }

  it.each([
    ['in a chunk of its own', finished('first', {}) + reported],
    ['beside the reason to finish', finished('first', {}, { usage })],
  ])('that was sent, %s, is not sent again', (_name, end) => {
    const replay = replayAfter(first({ content: 'a' }), end);

    expect(
      play(replay, finished('second', { content: 'a' }, { usage }), reported, DONE),
    ).toStrictEqual(['', '', DONE]);
  });

  it('that was sent is not sent again beside what is new', () => {
    const replay = replayAfter(finished('first', { content: 'a' }) + reported);

    expect(
      play(
        replay,
        finished('second', { content: 'a' }),
        finished('second', { content: 'x' }, { usage }, 1),
      ),
    ).toStrictEqual(['', finished('first', { content: 'x' }, {}, 1)]);
  });

  it('of an answer that is still being made may be sent again', () => {
    const counted = (id: string, content: string): string =>
      `data: ${JSON.stringify({ id, choices: [{ index: 0, delta: { content } }], usage })}\n\n`;
    const replay = replayAfter(counted('first', 'a'));

    expect(
      play(replay, counted('second', 'a'), counted('second', 'b'), reported, DONE),
    ).toStrictEqual(['', counted('first', 'b'), reported, DONE]);
  });

  it('beside a reason to finish that was sent is sent alone, and once', () => {
    const replay = replayAfter(finished('first', { content: 'a' }));

    expect(
      play(replay, finished('second', { content: 'a' }, { usage }), reported, DONE),
    ).toStrictEqual([`data: ${JSON.stringify({ id: 'first', choices: [], usage })}\n\n`, '', DONE]);
  });

  it('behind such a reason, beside choices that say nothing, is sent alone', () => {
    const replay = replayAfter(finished('first', { content: 'a' }));
    const empty = { id: 'second', choices: [{ index: 0, delta: {} }], usage };

    expect(
      play(replay, finished('second', { content: 'a' }), `data: ${JSON.stringify(empty)}\n\n`),
    ).toStrictEqual(['', `data: ${JSON.stringify({ id: 'first', choices: [], usage })}\n\n`]);
  });

  it('is that of the whole answer: of several choices, the last reports it', () => {
    const replay = replayAfter(
      finished('first', { content: 'a' }),
      first({ content: 'x' }, { index: 1 }),
    );

    expect(
      play(
        replay,
        second({ content: 'xy' }, { index: 1 }),
        finished('second', {}, {}, 1),
        second({ content: 'a' }).replace('}]}', `}],"usage":${JSON.stringify(usage)}}`),
        finished('second', {}, { usage }),
      ),
    ).toStrictEqual([
      first({ content: 'y' }, { index: 1 }),
      finished('first', {}, {}, 1),
      '',
      `data: ${JSON.stringify({ id: 'first', choices: [], usage })}\n\n`,
    ]);
  });

  it('that nobody asked for is not sent alone', () => {
    const replay = new Replay(sentAnswer([finished('first', { content: 'a' })]));

    expect(play(replay, finished('second', { content: 'a' }, { usage }))).toStrictEqual(['']);
  });
});

describe('Replay: an error in the second stream', () => {
  it('is kept back, and nothing flows after', () => {
    const error = 'data: {"error":{"message":"bad"}}\n\n';
    const replay = replayAfter(first({ content: 'a' }));

    expect(
      play(replay, second({ content: 'ab' }) + error, second({ content: 'c' }), DONE),
    ).toStrictEqual([first({ content: 'b' }), '', '']);
    expect(String(replay.errorEvent)).toBe(error);
    expect(replay.differs).toBe(false);
  });
});

describe('Replay: a stream that was asked to continue', () => {
  const text = 'The quick brown fox jumps over the lazy dog.';

  function continued(sent: string, length = sent.trimEnd().length): Replay {
    return new Replay(sentAnswer([first({ role: 'assistant', content: sent })]), {
      continuesAt: length,
    });
  }

  it('flows at once, under the first id and without a role', () => {
    const replay = continued('One');

    expect(
      play(
        replay,
        second({ role: 'assistant', content: '' }),
        second({ content: ' two' }),
        second({ content: ' two' }, { finish_reason: 'stop' }),
        DONE,
      ),
    ).toStrictEqual([
      '',
      first({ content: ' two' }),
      first({ content: ' two' }, { finish_reason: 'stop' }),
      DONE,
    ]);
  });

  it('brings again the white space that was not asked to continue', () => {
    const replay = continued('One\n\n');

    expect(play(replay, second({ content: '\n' }), second({ content: '\nTwo' }))).toStrictEqual([
      '',
      first({ content: 'Two' }),
    ]);
  });

  it('differs when it goes on otherwise', () => {
    const replay = continued('One\n\n');

    expect(play(replay, second({ content: '.' }))).toStrictEqual(['']);
    expect(replay.differs).toBe(true);
  });

  it('may have nothing to add', () => {
    const replay = continued('One.');
    const end = second({}, { finish_reason: 'stop' });

    expect(play(replay, end, DONE)).toStrictEqual([first({}, { finish_reason: 'stop' }), DONE]);
  });

  it.each([
    ['alone', [text, ' And'], ['', ' And']],
    ['with more behind it', [`${text} And`], [' And']],
    ['in several pieces', ['The', text.slice(3, 40), text.slice(40), ' And'], ['', '', '', ' And']],
    ['however short it is', ['One', ' two'], ['', ' two'], 'One'],
    ['however short it is, with more behind it', ['O', 'ne two'], ['', ' two'], 'One'],
  ])('may repeat first what it continues, %s', (_name, pieces, flowing, sent = `${text} `) => {
    const replay = continued(sent);

    const flowed = play(replay, ...pieces.map((content) => second({ content })));

    expect(flowed).toStrictEqual(
      flowing.map((content) =>
        content === ''
          ? ''
          : first({ content: content.slice(sent.length - sent.trimEnd().length) }),
      ),
    );
  });

  it('may begin by chance as what it continues does', () => {
    const replay = continued('One and two');

    expect(
      play(
        replay,
        second({ role: 'assistant', content: 'On' }),
        second({ content: 'e a' }, { logprobs: { content: [] } }),
        second({ content: 'way' }),
      ),
    ).toStrictEqual([
      '',
      '',
      first({ content: 'On' }) +
        first({ content: 'e a' }, { logprobs: { content: [] } }) +
        first({ content: 'way' }),
    ]);
  });

  it.each([
    ['finishes', second({}, { finish_reason: 'stop' }), first({}, { finish_reason: 'stop' })],
    ['is done', DONE, DONE],
    ['refuses', second({ refusal: 'No' }), first({ refusal: 'No' })],
  ])('may begin so, and then it %s', (_name, end, flowing) => {
    const replay = continued('One and two');

    expect(play(replay, second({ content: 'One' }), end)).toStrictEqual([
      '',
      first({ content: 'One' }) + flowing,
    ]);
  });

  it('differs when it begins anew, and then says something else', () => {
    const replay = continued(text);

    expect(
      play(replay, second({ content: text.slice(0, 30) }), second({ content: text.slice(30, 40) })),
    ).toStrictEqual(['', '']);
    expect(replay.differs).toBe(false);
    expect(play(replay, second({ content: 'cat' }))).toStrictEqual(['']);
    expect(replay.differs).toBe(true);
  });

  it('differs so in one piece as well', () => {
    const replay = continued(text);

    expect(play(replay, second({ content: `${text.slice(0, 40)}cat` }))).toStrictEqual(['']);
    expect(replay.differs).toBe(true);
  });

  it('has not caught up before it is clear how it begins', () => {
    const replay = continued('One');
    const states = [replay.caughtUp];
    play(replay, second({ content: 'O' }));
    states.push(replay.caughtUp);
    play(replay, second({ content: 'ne' }));
    states.push(replay.caughtUp);

    expect(states).toStrictEqual([false, false, true]);
  });

  it('keeps comments and errors apart from what it holds back', () => {
    const replay = continued('One');

    expect(
      play(replay, second({ content: 'O' }), ': ping\n\n', 'data: {"error":{"message":"x"}}\n\n'),
    ).toStrictEqual(['', ': ping\n\n', '']);
    expect(replay.errorEvent).toBeDefined();
  });

  it('differs when it begins to reason', () => {
    const replay = continued('One');

    expect(play(replay, second({ reasoning_content: 'Hm' }))).toStrictEqual(['']);
    expect(replay.differs).toBe(true);
  });

  it('may call a tool', () => {
    const replay = continued('One');
    const fields = { tool_calls: [{ index: 0, id: 'call_b', function: { name: 'x' } }] };

    expect(play(replay, second(fields))).toStrictEqual([first(fields)]);
  });
});
