import { describe, expect, it } from '@jest/globals';
import { InvalidJsonError, MissingParameterError } from '../errors/index.js';
import { parseCompletionRequest } from './completion-request.js';

type Parsed = ReturnType<typeof parseCompletionRequest>;

function parse(text: string): Parsed {
  return parseCompletionRequest(Buffer.from(text));
}

/** @returns what stands at each place that the parser found a model at */
function modelTexts({ bytes, modelSpans }: Parsed): string[] {
  return modelSpans.map(({ start, end }) => Buffer.from(bytes).subarray(start, end).toString());
}

describe('parseCompletionRequest: the model', () => {
  it('is read from the top level, with the place it stands at', () => {
    const request = parse('{ "stream": false, "model" : "gpt-4o" , "n": 1 }');

    expect(request.model).toBe('gpt-4o');
    expect(modelTexts(request)).toStrictEqual(['"gpt-4o"']);
  });

  it.each([
    ['of a nested object', '{"metadata":{"model":"nested"},"model":"top"}'],
    ['of an object in a list', '{"messages":[{"model":"nested"}],"model":"top"}'],
    ['inside a string', '{"prompt":"\\"model\\":\\"text\\"","model":"top"}'],
    ['that is a value', '{"kind":"model","model":"top"}'],
    ['with another case', '{"Model":"other","model":"top"}'],
  ])('is not one %s', (_name, text) => {
    const request = parse(text);

    expect(request.model).toBe('top');
    expect(modelTexts(request)).toStrictEqual(['"top"']);
  });

  it('is the last of several, and all their places are known', () => {
    const request = parse('{"model":"first","x":1,"model":"second"}');

    expect(request.model).toBe('second');
    expect(modelTexts(request)).toStrictEqual(['"first"', '"second"']);
  });

  it('is found under an escaped key and read from an escaped value', () => {
    const request = parse(String.raw`{"m\u006fdel":"gpt\u002d4"}`);

    expect(request.model).toBe('gpt-4');
    expect(modelTexts(request)).toStrictEqual([String.raw`"gpt\u002d4"`]);
  });

  it('may have any characters', () => {
    expect(parse('{"model":"组织/模型 😀"}').model).toBe('组织/模型 😀');
  });

  it('may have 256 characters', () => {
    const name = 'x'.repeat(256);

    expect(parse(JSON.stringify({ model: name })).model).toBe(name);
  });

  it.each([
    ['missing', '{"messages":[]}'],
    ['missing from an empty object', '{}'],
    ['empty', '{"model":""}'],
    ['null', '{"model":null}'],
    ['a number', '{"model":4}'],
    ['a list', '{"model":["gpt-4o"]}'],
    ['an object', '{"model":{"name":"gpt-4o"}}'],
    ['no text where it counts, in the last of several', '{"model":"gpt-4o","model":1}'],
    ['longer than 256 characters', JSON.stringify({ model: 'x'.repeat(257) })],
  ])('that is %s is refused', (_name, text) => {
    expect(() => parse(text)).toThrow(MissingParameterError);
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ status: 400, param: 'model', code: 'missing_required_parameter' }),
    );
  });

  it('counts where an earlier one of several is no text', () => {
    expect(parse('{"model":1,"model":"gpt-4o"}').model).toBe('gpt-4o');
  });
});

describe('parseCompletionRequest: stream', () => {
  it.each([
    ['true', true],
    ['false', false],
    ['"true"', false],
    ['null', false],
    ['1', false],
    ['[true]', false],
  ])('%s asks for a stream: %s', (value, expected) => {
    expect(parse(`{"model":"m","stream":${value}}`).streamed).toBe(expected);
  });

  it('is not asked for when nothing says so', () => {
    expect(parse('{"model":"m","options":{"stream":true}}').streamed).toBe(false);
  });

  it('goes by the last of several', () => {
    expect(parse('{"model":"m","stream":true,"stream":false}').streamed).toBe(false);
    expect(parse('{"stream":false,"model":"m","stream":true}').streamed).toBe(true);
  });
});

describe('parseCompletionRequest: stream_options', () => {
  const read = (value: string): Parsed['streamOptions'] =>
    parse(`{"model":"m","stream_options":${value}}`).streamOptions;
  const offset = '{"model":"m","stream_options":'.length;

  it('are unknown when there are none', () => {
    expect(parse('{"model":"m"}').streamOptions).toBeUndefined();
  });

  it.each([
    ['{"include_usage":true}', true],
    ['{"include_usage":false}', false],
    ['{"include_usage":null}', false],
    ['{"include_usage":"true"}', false],
    [String.raw`{"include_us\u0061ge":true}`, true],
    ['{"include_usage":true,"include_usage":false}', false],
  ])('%s say of usage: %s', (value, expected) => {
    expect(read(value)?.includeUsage?.value).toBe(expected);
  });

  it('say nothing of usage when that is only nested or text', () => {
    const options = read('{"x":{"include_usage":true},"y":"include_usage"}');

    expect(options).toMatchObject({ includeUsage: undefined, isEmpty: false });
  });

  it('tell where they stand and where a member can be put', () => {
    expect(read('{ "a" : 1 } ')).toStrictEqual({
      start: offset,
      end: offset + '{ "a" : 1 }'.length,
      inside: offset + 1,
      isEmpty: false,
      includeUsage: undefined,
    });
  });

  it.each(['{}', '{ \n}'])('%s are empty', (value) => {
    expect(read(value)).toMatchObject({ isEmpty: true, inside: offset + 1 });
  });

  it.each(['null', '7', '"x"', '[{"include_usage":true}]'])(
    'that are no object but %s have no inside',
    (value) => {
      expect(read(value)).toStrictEqual({
        start: offset,
        end: offset + value.length,
        inside: undefined,
        isEmpty: true,
        includeUsage: undefined,
      });
    },
  );
});

describe('parseCompletionRequest: user', () => {
  const read = (text: string): string | undefined => {
    const { bytes, userSpan } = parse(text);
    return userSpan && Buffer.from(bytes).subarray(userSpan.start, userSpan.end).toString();
  };

  it.each([
    ['a text', '{"model":"m", "user" : "alice" }', '"alice"'],
    ['an escaped text', String.raw`{"us\u0065r":"\u0061","model":"m"}`, String.raw`"\u0061"`],
    ['the last of several', '{"user":"a","model":"m","user":"b"}', '"b"'],
    ['no text', '{"model":"m","user":["alice"]}', undefined],
    ['no text in the last of several', '{"user":"a","model":"m","user":null}', undefined],
    ['nested', '{"model":"m","metadata":{"user":"alice"}}', undefined],
    ['missing', '{"model":"m"}', undefined],
  ])('that is %s is found so', (_name, text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

describe('parseCompletionRequest: how many choices', () => {
  it.each([
    ['{"model":"m"}', 1],
    ['{"n":1,"model":"m"}', 1],
    ['{"model":"m", "n" : 3 }', 3],
    [String.raw`{"model":"m","\u006e":3}`, 3],
    ['{"model":"m","n":2.0}', 2],
    ['{"n":2,"model":"m","n":4}', 4],
    ['{"n":2,"model":"m","n":null}', 1],
    ['{"model":"m","n":0}', 1],
    ['{"model":"m","n":-2}', 1],
    ['{"model":"m","n":1.5}', 1],
    ['{"model":"m","n":1e999}', 1],
    ['{"model":"m","n":"2"}', 1],
    ['{"model":"m","n":[2]}', 1],
    ['{"model":"m","metadata":{"n":2}}', 1],
  ])('%s asks for: %d', (text, expected) => {
    expect(parse(text).choiceCount).toBe(expected);
  });

  it.each([
    ['"a"', 1],
    ['["a"]', 1],
    ['["a","b"]', 2],
    ['[]', 1],
    ['[1,2,3]', 1],
    ['[[1,2],[3],[4,5]]', 3],
    ['null', 1],
  ])('is n for each prompt of %s: %d', (prompt, prompts) => {
    expect(parse(`{"model":"m","prompt":${prompt}}`).choiceCount).toBe(prompts);
    expect(parse(`{"prompt":${prompt},"n":2,"model":"m"}`).choiceCount).toBe(2 * prompts);
  });

  it.each(['{"n":1.,"model":"m"}', '{"n":01,"model":"m"}', '{"prompt":[1,"a}', '{"n":2'])(
    'is not read from %s, which is not JSON',
    (text) => {
      expect(() => parse(text)).toThrow(InvalidJsonError);
    },
  );
});

describe('parseCompletionRequest: what is no request', () => {
  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['text', 'hello'],
    ['half an object', '{"model":"m"'],
    ['an object with a rest', '{"model":"m"} x'],
    ['two objects', '{"model":"m"}{}'],
    ['a trailing comma', '{"model":"m",}'],
    ['single quotes', "{'model':'m'}"],
    ['an unknown literal', '{"model":"m","x":NaN}'],
    ['a broken nested value', '{"model":"m","x":[1,{]}'],
    ['broken stream_options', '{"model":"m","stream_options":{"include_usage"}}'],
    ['a value and a rest', '5 {}'],
  ])('%s is not valid JSON', (_name, text) => {
    expect(() => parse(text)).toThrow(new InvalidJsonError());
  });

  it.each(['[]', '[{"model":"m"}]', '"model"', '5', ' null ', 'true'])(
    '%s is JSON, but no object',
    (text) => {
      expect(() => parse(text)).toThrow(
        new InvalidJsonError('The request body must be a JSON object.'),
      );
    },
  );

  it('a byte order mark is not JSON', () => {
    expect(() => parse('\uFEFF{"model":"m"}')).toThrow(new InvalidJsonError());
  });

  it.each([
    ['in a string', Buffer.from([0x22, 0xff, 0x22])],
    ['as an overlong form', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['as a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ])('bytes that are not UTF-8 %s are not JSON', (_name, value) => {
    const bytes = Buffer.concat([Buffer.from('{"model":"m","x":'), value, Buffer.from('}')]);

    expect(() => parseCompletionRequest(bytes)).toThrow(new InvalidJsonError());
  });

  it('a list of bytes that are not UTF-8 is not JSON either', () => {
    const bytes = Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]);

    expect(() => parseCompletionRequest(bytes)).toThrow(new InvalidJsonError());
  });
});

describe('parseCompletionRequest: hostile bodies', () => {
  const levels = 100_000;

  it.each([
    ['lists', '['.repeat(levels) + ']'.repeat(levels)],
    ['objects', '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)],
  ])('%s 100,000 levels deep pass as data', (_name, deep) => {
    expect(parse(`{"x":${deep},"model":"m"}`).model).toBe('m');
  });

  it('100,000 levels that are never closed are not JSON', () => {
    expect(() => parse(`{"model":"m","x":${'['.repeat(levels)}`)).toThrow(InvalidJsonError);
  });

  it('__proto__ and constructor are members like any other', () => {
    const request = parse('{"__proto__":{"model":"evil","stream":true},"model":"m"}');

    expect(request).toMatchObject({ model: 'm', streamed: false });
    expect(Reflect.get({}, 'stream')).toBeUndefined();
  });

  it('100,000 keys pass as data', () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `"key${index}":${index}`);

    expect(parse(`{${keys.join(',')},"model":"m"}`).model).toBe('m');
  });
});
