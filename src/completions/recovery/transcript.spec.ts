import { describe, expect, it } from '@jest/globals';
import { Transcript } from './transcript.js';

function event(data: unknown): Buffer {
  return Buffer.from(`data: ${JSON.stringify(data)}\n\n`);
}

function delta(fields: object, index = 0): Buffer {
  return event({ id: 'chatcmpl-1', created: 17, choices: [{ index, delta: fields }] });
}

function transcriptOf(batches: readonly Uint8Array[], maxBytes = 1000): Transcript {
  const transcript = new Transcript(maxBytes);
  for (const batch of batches) {
    transcript.add(batch);
  }
  return transcript;
}

function textsOf(transcript: Transcript, index = 0): unknown {
  return Object.fromEntries(transcript.sent()?.choices.get(index)?.texts ?? []);
}

describe('Transcript', () => {
  it('puts the texts of a chat together', () => {
    const transcript = transcriptOf([
      delta({ role: 'assistant', content: '', refusal: null }),
      delta({ reasoning_content: 'Let me ' }),
      Buffer.concat([delta({ reasoning_content: 'see' }), delta({ content: 'He\u00e9' })]),
      Buffer.from(': ping\n\n'),
      delta({ content: '"\n' }),
    ]);

    expect(transcript.sent()?.choices.get(0)).toStrictEqual({
      hasRole: true,
      texts: new Map([
        ['reasoning_content', 'Let me see'],
        ['content', 'He\u00e9"\n'],
      ]),
      identifiedCalls: new Set(),
      finishReason: undefined,
    });
  });

  it('puts the text of a text completion together', () => {
    const transcript = transcriptOf([
      event({ id: 'cmpl-1', choices: [{ text: 'The', index: 0, finish_reason: null }] }),
      event({ id: 'cmpl-1', choices: [{ text: ' day', index: 0, finish_reason: null }] }),
    ]);

    expect(textsOf(transcript)).toStrictEqual({ text: 'The day' });
  });

  it('puts tool calls together by their index, and knows whose id was sent', () => {
    const transcript = transcriptOf([
      delta({
        tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'weather' } }],
      }),
      // As Alibaba has it: an empty id, and the index behind.
      delta({ tool_calls: [{ function: { arguments: '{"a"' }, id: '', index: 0 }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
      delta({ tool_calls: [{ index: 1, id: '', function: { name: 'time', arguments: '' } }] }),
      delta({ tool_calls: [{ index: 2, id: 'call_3', custom: { name: 'shell', input: 'ls' } }] }),
    ]);

    expect(textsOf(transcript)).toStrictEqual({
      '0.name': 'weather',
      '0.arguments': '{"a":1}',
      '1.name': 'time',
      '2.name': 'shell',
      '2.input': 'ls',
    });
    expect(transcript.sent()?.choices.get(0)?.identifiedCalls).toStrictEqual(new Set([0, 2]));
  });

  it('puts a function call of old together', () => {
    const transcript = transcriptOf([
      delta({ function_call: { name: 'weather', arguments: '' } }),
      delta({ function_call: { arguments: '{}' } }),
    ]);

    expect(textsOf(transcript)).toStrictEqual({
      'function_call.name': 'weather',
      'function_call.arguments': '{}',
    });
  });

  it('keeps the choices apart', () => {
    const transcript = transcriptOf([
      delta({ content: 'a' }, 1),
      delta({ content: 'b' }, 0),
      delta({ content: 'c' }, 1),
    ]);

    expect([textsOf(transcript, 0), textsOf(transcript, 1)]).toStrictEqual([
      { content: 'b' },
      { content: 'ac' },
    ]);
  });

  it('keeps the id and the date of the first chunk in their bytes', () => {
    const transcript = transcriptOf([
      Buffer.from('data: {"id":"\\u0061","created":1.0,"choices":[]}\n\n'),
      delta({ content: 'a' }),
    ]);

    const sent = transcript.sent();

    expect([sent?.id, sent?.created].map(String)).toStrictEqual([String.raw`"\u0061"`, '1.0']);
  });

  it('is finished when every choice that has begun is', () => {
    const transcript = transcriptOf([delta({ content: 'a' }, 0), delta({ content: 'b' }, 1)]);
    transcript.add(event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
    const before = transcript.sent()?.isFinished;
    transcript.add(event({ choices: [{ index: 1, delta: {}, finish_reason: 'length' }] }));

    expect([before, transcript.sent()?.isFinished]).toStrictEqual([false, true]);
  });

  it('is not finished before anything has begun', () => {
    expect(transcriptOf([event({ choices: [] })]).sent()?.isFinished).toBe(false);
  });

  it.each([
    ['before the end', [{ choices: [{ index: 0, delta: {} }], usage: { total_tokens: 1 } }], false],
    ['that is none', [{ choices: [], usage: null }], false],
    ['in a chunk of its own', [{ choices: [], usage: { total_tokens: 1 } }], true],
    [
      'beside the reason to finish',
      [{ choices: [{ index: 0, finish_reason: 'stop' }], usage: { total_tokens: 1 } }],
      true,
    ],
    [
      'behind the reason to finish',
      [
        { choices: [{ index: 0, finish_reason: 'stop' }] },
        { choices: [{ index: 0, delta: {} }], usage: { total_tokens: 1 } },
      ],
      true,
    ],
  ])('knows of the usage %s whether it is the last', (_name, chunks, hasUsage) => {
    const transcript = transcriptOf([delta({ content: 'a' }), ...chunks.map(event)]);

    expect(transcript.sent()?.hasUsage).toBe(hasUsage);
  });

  it.each([
    ['[DONE]', Buffer.from('data: [DONE]\n\n')],
    ['an error', event({ error: { message: 'bad' } })],
  ])('says nothing after %s', (_name, end) => {
    expect(transcriptOf([delta({ content: 'a' }), end]).sent()).toBeUndefined();
  });

  it.each([
    ['parts of content', { content: [{ type: 'thinking', thinking: [] }] }],
    ['unknown lists', { content: 'a', reasoning_details: [{ text: 'a' }] }],
    ['unknown objects', { audio: { data: 'AAAA' } }],
    ['unknown texts', { thinking: 'hm' }],
    ['tool calls without an index', { tool_calls: [{ function: { arguments: '{}' } }] }],
    [
      'arguments that are no text',
      { tool_calls: [{ index: 0, function: { arguments: { a: 1 } } }] },
    ],
  ])('does not claim to know %s', (_name, fields) => {
    const transcript = transcriptOf([delta(fields), delta({ content: 'b' })]);

    expect([transcript.sent(), transcript.isFull]).toStrictEqual([undefined, false]);
  });

  it.each([
    ['numbers and truth values', { token_id: 123, is_last: false }],
    ['empty values', { tool_calls: [], annotations: [], audio: {}, thinking: '', x: null }],
    ['the name of a channel', { channel: 'analysis' }],
  ])('passes over %s', (_name, fields) => {
    expect(textsOf(transcriptOf([delta({ ...fields, content: 'a' })]))).toStrictEqual({
      content: 'a',
    });
  });

  it('ignores events that are no chunks', () => {
    const transcript = transcriptOf([
      Buffer.from('data: oops\n\ndata: [1]\n\ndata: {"choices":[1,{"delta":2}],"error":null}\n\n'),
      delta({ content: 'a' }),
    ]);

    expect(textsOf(transcript)).toStrictEqual({ content: 'a' });
  });

  it('gives a copy that does not change', () => {
    const transcript = transcriptOf([delta({ content: 'a' })]);
    const sent = transcript.sent();
    transcript.add(delta({ content: 'b' }));

    expect([sent?.choices.get(0)?.texts.get('content'), textsOf(transcript)]).toStrictEqual([
      'a',
      { content: 'ab' },
    ]);
  });
});

describe('Transcript: its limit', () => {
  const piece = 'é'.repeat(100);

  it('counts the text, not the events around it', () => {
    const transcript = transcriptOf(
      Array.from({ length: 40 }, () => delta({ content: piece })),
      10_000,
    );

    expect(textsOf(transcript)).toStrictEqual({ content: piece.repeat(40) });
  });

  it('is full when the text outgrows it, and then forgets', () => {
    const transcript = transcriptOf(
      Array.from({ length: 60 }, () => delta({ content: piece })),
      10_000,
    );

    expect([transcript.sent(), transcript.isFull]).toStrictEqual([undefined, true]);
  });

  it('is noticed without anybody asking', () => {
    const transcript = new Transcript(1000);
    const batch = delta({ content: piece });
    for (let sent = 0; sent < 32 * 1024; sent += batch.byteLength) {
      transcript.add(batch);
    }

    expect(transcript.isFull).toBe(true);
  });

  it('counts what choices and calls without text cost', () => {
    const transcript = transcriptOf(
      Array.from({ length: 200 }, (_value, index) => delta({}, index)),
      10_000,
    );

    expect([transcript.sent(), transcript.isFull]).toStrictEqual([undefined, true]);
  });
});
