import { describe, expect, it } from '@jest/globals';
import { AnswerReader, textOf } from './answer-reader.js';

function read(text: string): AnswerReader {
  const reader = new AnswerReader();
  expect(reader.read(Buffer.from(text))).toBe(true);
  return reader;
}

/** @returns the text of each span that was found */
function texts(text: string, spans: readonly { start: number; end: number }[]): string[] {
  return spans.map(({ start, end }) => textOf(Buffer.from(text), start, end));
}

describe('AnswerReader: models', () => {
  it.each([
    ['{"model":"a","x":{"model":"b"},"choices":[{"model":"c"}]}', ['"a"']],
    ['{"model":"a","model":"b"}', ['"a"', '"b"']],
    [String.raw`{"mod\u0065l":"a"}`, ['"a"']],
    ['{"model":null}', []],
    ['{"x":"\\"model\\":\\"a\\""}', []],
  ])('finds in %s %j', (text, expected) => {
    expect(texts(text, read(text).modelSpans)).toStrictEqual(expected);
  });

  it('are not gathered without end', () => {
    const reader = new AnswerReader();

    expect(reader.read(Buffer.from(`{${'"model":"a",'.repeat(100_000)}"choices":[]}`))).toBe(false);
    expect(reader.modelSpans).toHaveLength(100);
  });
});

describe('AnswerReader: usage', () => {
  it('is read from the top level', () => {
    const reader = read('{"usage":{"prompt_tokens":1,"completion_tokens":0,"total_tokens":1}}');

    expect(reader.usage).toStrictEqual({ promptTokens: 1, completionTokens: 0, totalTokens: 1 });
  });

  it.each([
    '{"usage":null}',
    '{"usage":{}}',
    '{"usage":[1]}',
    '{"x":{"usage":{"total_tokens":1}}}',
  ])('is not in %s', (text) => {
    expect(read(text).usage).toBeUndefined();
  });

  it('that is a megabyte long is not parsed', () => {
    const long = '[],'.repeat(400_000);

    expect(read(`{"usage":{"x":[${long}1],"total_tokens":5}}`).usage).toBeUndefined();
  });

  it('that nests 100,000 levels deep costs nothing', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);

    expect(read(`{"usage":{"x":${deep},"total_tokens":5}}`).usage?.totalTokens).toBe(5);
  });
});

describe('AnswerReader: an error', () => {
  it.each([
    ['{"error":{"message":"no"}}', '{"message":"no"}'],
    ['{"choices":[],"error":"no"}', '"no"'],
    ['{"error":true}', 'true'],
  ])('is found in %s', (text, expected) => {
    const { errorSpan } = read(text);

    expect(errorSpan === undefined ? [] : texts(text, [errorSpan])).toStrictEqual([expected]);
  });

  it.each([
    '{"error":null}',
    '{"error":false}',
    '{"error":""}',
    '{"error":{}}',
    '{"x":{"error":1}}',
  ])('is not in %s', (text) => {
    expect(read(text).errorSpan).toBeUndefined();
  });
});

describe('AnswerReader: the end of a choice', () => {
  it.each(['"stop"', '"length"', '"tool_calls"'])('is told by finish_reason %s', (reason) => {
    const reader = read(`{"choices":[{"index":0,"delta":{},"finish_reason":${reason}}]}`);

    expect(reader).toMatchObject({ finished: true, hasContent: true });
  });

  it.each(['null', '""'])('is not told by finish_reason %s', (reason) => {
    const reader = read(`{"choices":[{"index":0,"delta":{},"finish_reason":${reason}}]}`);

    expect(reader).toMatchObject({ finished: false, hasContent: false });
  });

  it('is not told by a finish_reason elsewhere', () => {
    const reader = read('{"finish_reason":"stop","choices":[{"delta":{"finish_reason":"stop"}}]}');

    expect(reader.finished).toBe(false);
  });
});

describe('AnswerReader: content', () => {
  const chunk = (delta: string): string => `{"choices":[{"index":0,"delta":${delta}}]}`;

  it.each([
    ['a piece of text', chunk('{"content":"a"}')],
    ['a space', chunk('{"role":"assistant","content":" "}')],
    ['a tool call', chunk('{"tool_calls":[{"index":0}]}')],
    ['reasoning', chunk('{"content":null,"reasoning_content":"hm"}')],
    ['a completion', '{"choices":[{"text":"a"}]}'],
    ['any of several choices', '{"choices":[{"delta":{}},{"delta":{"content":"a"}}]}'],
    ['what the proxy does not know', '{"type":"response.created"}'],
    ['choices that are no list', '{"choices":null}'],
  ])('is %s', (_name, text) => {
    expect(read(text).hasContent).toBe(true);
  });

  it.each([
    ['a role alone', chunk('{"role":"assistant"}')],
    ['an empty text', chunk('{"role":"assistant","content":""}')],
    ['null', chunk('{"content":null,"refusal":null}')],
    ['an empty list', chunk('{"tool_calls":[]}')],
    ['a delta that is none', chunk('null')],
    ['an empty completion', '{"choices":[{"text":""}]}'],
    ['a choice that is none', '{"choices":[null,1,"x",[]]}'],
    ['usage alone', '{"choices":[],"usage":{"total_tokens":1}}'],
  ])('is not %s', (_name, text) => {
    expect(read(text).hasContent).toBe(false);
  });

  it.each([
    ['{"choices":[]}', true],
    ['{"choices":[{"index":0,"delta":{}}]}', true],
    ['{"choices":[{"index":0}]}', true],
    ['{"choices":[{"index":0,"text":""}]}', true],
    ['{"choices":[{"index":0,"delta":{"role":"assistant"}}]}', false],
    ['{"choices":[{"index":0,"delta":{"content":"a"}}]}', false],
    ['{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}', false],
    ['{}', false],
  ])('%s has choices that say nothing: %s', (text, expected) => {
    expect(read(text).hasEmptyChoices).toBe(expected);
  });
});

describe('AnswerReader: a choice in words that the proxy does not know', () => {
  it.each([
    ['{"choices":[{"index":0,"message":{"content":"a"}}]}', true],
    ['{"choices":[{"index":0,"audio":"AAAA"}]}', true],
    ['{"choices":[{"index":0,"delta":{"role":"assistant"},"logprobs":{"content":[]}}]}', false],
    ['{"choices":[{"index":0,"delta":{},"content_filter_results":{}}]}', false],
  ])('%s has content: %s', (text, expected) => {
    expect(read(text).hasContent).toBe(expected);
  });
});

describe('AnswerReader', () => {
  it.each(['', '[]', '"text"', '5', 'null', '{', '{"a":1}}', '{"choices":[{"delta":{]}', 'x{}'])(
    'refuses %j, which is no JSON object',
    (text) => {
      expect(new AnswerReader().read(Buffer.from(text))).toBe(false);
    },
  );

  it('reads a range and gives positions in the whole', () => {
    const bytes = Buffer.from('xx{"model":"a"}yy');
    const reader = new AnswerReader();

    expect(reader.read(bytes, 2, bytes.length - 2)).toBe(true);
    expect(reader.modelSpans).toStrictEqual([{ start: 11, end: 14 }]);
  });

  it('forgets one answer with the next', () => {
    const reader = read(
      '{"model":"a","error":"e","usage":{"total_tokens":1},"choices":[{"finish_reason":"stop"}]}',
    );

    reader.read(Buffer.from('{"choices":[{}]}'));

    expect(reader).toMatchObject({
      modelSpans: [],
      usage: undefined,
      errorSpan: undefined,
      finished: false,
      hasEmptyChoices: true,
      hasContent: false,
    });
  });
});
