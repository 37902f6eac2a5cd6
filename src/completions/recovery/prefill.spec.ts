import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { receive } from '../../../test/support/received-stream.js';
import { parseCompletionRequest } from '../completion-request.js';
import { upstreamBody } from '../upstream-body.js';
import { prefill, type PrefillStyle } from './prefill.js';
import { Replay } from './replay.js';
import type { SentAnswer } from './sent-answer.js';
import { Transcript } from './transcript.js';

function sentAnswer(...deltas: readonly object[]): SentAnswer {
  const transcript = new Transcript(100_000);
  for (const delta of deltas) {
    transcript.add(chunk('first', delta));
  }
  const sent = transcript.sent();
  if (sent === undefined) {
    throw new Error('what was sent cannot be continued');
  }
  return sent;
}

function chunk(id: string, delta: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify({ id, choices: [{ index: 0, delta }] })}\n\n`);
}

/** @returns the body that goes upstream; undefined when there is no prefill */
function body(text: string, sent: SentAnswer, style: PrefillStyle): string | undefined {
  const request = parseCompletionRequest(Buffer.from(text));
  const found = prefill(request, sent, style);
  return found && Buffer.concat(upstreamBody(request, 'a', false, found.edits)).toString();
}

const CHAT = '{"model":"a","messages":[{"role":"user","content":"Count"}],"stream":true}';
const SENT = sentAnswer({ role: 'assistant' }, { content: 'One, "two" ' });

describe('prefill', () => {
  it.each([
    [
      'trailing',
      '{"model":"a","messages":[{"role":"user","content":"Count"},' +
        String.raw`{"role":"assistant","content":"One, \"two\""}],"stream":true}`,
    ],
    [
      'prefix',
      '{"model":"a","messages":[{"role":"user","content":"Count"},' +
        String.raw`{"role":"assistant","content":"One, \"two\"","prefix":true}],"stream":true}`,
    ],
    [
      'continue_final_message',
      '{"continue_final_message":true,"add_generation_prompt":false,' +
        '"model":"a","messages":[{"role":"user","content":"Count"},' +
        String.raw`{"role":"assistant","content":"One, \"two\""}],"stream":true}`,
    ],
    [
      'any',
      '{"continue_final_message":true,"add_generation_prompt":false,' +
        '"model":"a","messages":[{"role":"user","content":"Count"},' +
        String.raw`{"role":"assistant","content":"One, \"two\"","prefix":true}],"stream":true}`,
    ],
  ] as const)('puts the partial answer last, in the style %s', (style, expected) => {
    expect(body(CHAT, SENT, style)).toBe(expected);
  });

  it('says how much of the text it has, without white space at the end', () => {
    const found = prefill(parseCompletionRequest(Buffer.from(CHAT)), SENT, 'any');

    expect(found?.length).toBe('One, "two"'.length);
  });

  it('goes together with the other changes of a request', () => {
    const request = parseCompletionRequest(Buffer.from(CHAT));
    const found = prefill(request, SENT, 'any');

    const written = Buffer.concat(upstreamBody(request, 'real', true, found?.edits)).toString();

    expect(JSON.parse(written)).toStrictEqual({
      continue_final_message: true,
      add_generation_prompt: false,
      stream_options: { include_usage: true },
      model: 'real',
      messages: [
        { role: 'user', content: 'Count' },
        { role: 'assistant', content: 'One, "two"', prefix: true },
      ],
      stream: true,
    });
  });

  it.each([
    ['white space', '{"model":"a", "messages" : [ {"role":"user"} ] }'],
    ['a null that says nothing', '{"model":"a","messages":[{"role":"user"}],"n":null}'],
    ['one choice', '{"model":"a","messages":[{"role":"user"}],"n":1}'],
    [
      'plain text as the format',
      '{"model":"a","messages":[{"role":"user"}],"response_format":{"type": "text"}}',
    ],
    [
      'an earlier assistant message',
      '{"model":"a","messages":[{"role":"assistant"},{"role":"user"}]}',
    ],
    ['a message that is none', '{"model":"a","messages":[1,{"x":[{"role":"assistant"}]}]}'],
  ])('understands a request with %s', (_name, text) => {
    const written = body(text, SENT, 'trailing') ?? '';

    const { messages } = JSON.parse(written) as { messages: unknown[] };
    expect(messages.at(-1)).toStrictEqual({ role: 'assistant', content: 'One, "two"' });
  });

  it.each([
    ['no messages', '{"model":"a","prompt":"x"}'],
    ['an empty list', '{"model":"a","messages":[]}'],
    ['messages that are no list', '{"model":"a","messages":{"role":"user"}}'],
    ['two lists', '{"model":"a","messages":[{"role":"user"}],"messages":[{"role":"user"}]}'],
    ['two lists of which one is empty', '{"model":"a","messages":[],"messages":[{"role":"user"}]}'],
    ["the client's own prefill", '{"model":"a","messages":[{"role":"assistant"}]}'],
    ['several choices', '{"model":"a","messages":[{"role":"user"}],"n":2}'],
    [
      'a format that begins anew',
      '{"model":"a","messages":[{"role":"user"}],"response_format":{"type":"json_object"}}',
    ],
    ['a grammar', '{"model":"a","messages":[{"role":"user"}],"guided_json":{}}'],
    [
      'its own word on the prompt',
      '{"model":"a","messages":[{"role":"user"}],"add_generation_prompt":true}',
    ],
  ])('leaves alone a request with %s', (_name, text) => {
    expect(body(text, SENT, 'any')).toBeUndefined();
  });

  it.each([
    ['nothing yet', sentAnswer({ role: 'assistant', content: '' })],
    ['white space alone', sentAnswer({ content: '\n' })],
    ['reasoning', sentAnswer({ reasoning_content: 'Hm' }, { content: 'One' })],
    ['reasoning alone', sentAnswer({ reasoning: 'Hm' })],
    ['a refusal', sentAnswer({ refusal: 'No' })],
    [
      'a tool call',
      sentAnswer({ content: 'One' }, { tool_calls: [{ index: 0, function: { name: 'x' } }] }),
    ],
  ])('cannot say an answer of %s', (_name, sent) => {
    expect(body(CHAT, sent, 'any')).toBeUndefined();
  });

  it.each([
    ['of several choices', { choices: [{ index: 1, delta: { content: 'x' } }] }],
    ['that is finished', { choices: [{ index: 0, delta: {}, finish_reason: 'length' }] }],
    ['of a text completion', { choices: [{ index: 0, text: 'x' }] }],
  ])('cannot say an answer %s', (_name, data) => {
    const transcript = new Transcript(1000);
    transcript.add(chunk('first', { content: 'One' }));
    transcript.add(Buffer.from(`data: ${JSON.stringify(data)}\n\n`));
    const sent = transcript.sent();

    expect(sent && body(CHAT, sent, 'any')).toBeUndefined();
    expect(sent).toBeDefined();
  });
});

describe('prefill and Replay: any text that breaks off', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'é'), minLength: 2 });

  /** @returns what the client has of a text that breaks off at `place` and is continued */
  function resume(whole: string, place: number, size: number, repeats: boolean): unknown {
    const had = whole.slice(0, place);
    const sent = sentAnswer({ role: 'assistant', content: had });
    const found = prefill(parseCompletionRequest(Buffer.from(CHAT)), sent, 'any');
    fc.pre(found !== undefined);
    const { length } = found;
    const rest = whole.slice(length);
    // What repeats all of it counts as a repetition, as another test says.
    fc.pre(repeats || !rest.startsWith(whole.slice(0, length)));
    const said = repeats ? whole : rest;
    const pieces: string[] = [];
    for (let start = 0; start < said.length; start += size) {
      pieces.push(said.slice(start, start + size));
    }
    const replay = new Replay(sent, { continuesAt: length });

    const flowed = pieces.map((content) => replay.push(chunk('second', { content })));
    flowed.push(replay.push(Buffer.from('data: [DONE]\n\n')));

    const { ids, choices } = receive(chunk('first', { content: had }), ...flowed);
    return { ids, text: choices['0']?.texts['content'], differs: replay.differs };
  }

  it('arrives whole', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.integer({ min: 1, max: 5 }), (whole, place, size) => {
        expect(resume(whole, place % (whole.length + 1), size, false)).toStrictEqual({
          ids: ['first'],
          text: whole,
          differs: false,
        });
      }),
    );
  });

  it('arrives whole when the provider repeats what it continues, or begins anew', () => {
    const sizes = fc.constantFrom(1, 2, 5, 1000);
    fc.assert(
      fc.property(text, fc.boolean(), fc.nat(9), sizes, (words, isLong, place, size) => {
        const whole = isLong ? `What the provider was asked to continue: ${words}` : words;

        expect(resume(whole, Math.max(1, whole.length - place), size, true)).toStrictEqual({
          ids: ['first'],
          text: whole,
          differs: false,
        });
      }),
    );
  });
});
