import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCompletionRequest } from './completion-request.js';
import { upstreamBody } from './upstream-body.js';

function write(text: string, upstreamModel: string, asksUsage: boolean): string {
  const request = parseCompletionRequest(Buffer.from(text));
  return Buffer.concat(upstreamBody(request, upstreamModel, asksUsage)).toString();
}

describe('upstreamBody: the model', () => {
  it("gets the provider's name, and every other byte stays", () => {
    const text = '{ "seed" : 12345678901234567890, "model":"a" ,"t":1.0,\n"x":"\\u00e9",  "x":2}';

    expect(write(text, 'real', false)).toBe(text.replace('"a"', '"real"'));
  });

  it('gets it in every place that says model', () => {
    expect(write('{"model":1,"a":2,"model":"a"}', 'real', false)).toBe(
      '{"model":"real","a":2,"model":"real"}',
    );
  });

  it('is made unambiguous even when the name is the same', () => {
    expect(write('{"model":"other","model":"a"}', 'a', false)).toBe('{"model":"a","model":"a"}');
  });

  it('keeps its very bytes when the name is the same', () => {
    const text = String.raw`{"model":"\u0061"}`;
    const request = parseCompletionRequest(Buffer.from(text));

    const [only, ...others] = upstreamBody(request, 'a', false);

    expect(others).toStrictEqual([]);
    expect(Buffer.from(only ?? []).toString()).toBe(text);
  });

  it('is written as JSON, whatever characters it has', () => {
    expect(write('{"model":"a"}', 'a"b\\c\n', false)).toBe(String.raw`{"model":"a\"b\\c\n"}`);
  });
});

describe('upstreamBody: the question for usage', () => {
  it.each([
    [
      'is put first without stream_options',
      '{"model":"a"}',
      '{"stream_options":{"include_usage":true},"model":"a"}',
    ],
    [
      'is put first whatever space there is',
      '{ "model":"a"}',
      '{"stream_options":{"include_usage":true}, "model":"a"}',
    ],
    [
      'replaces an explicit false',
      '{"stream_options":{"include_usage": false },"model":"a"}',
      '{"stream_options":{"include_usage": true },"model":"a"}',
    ],
    [
      'replaces a null option',
      '{"model":"a","stream_options":{"include_usage":null}}',
      '{"model":"a","stream_options":{"include_usage":true}}',
    ],
    [
      'fills empty options',
      '{"model":"a","stream_options":{ }}',
      '{"model":"a","stream_options":{"include_usage":true }}',
    ],
    [
      'joins other options',
      '{"model":"a","stream_options":{"x":1}}',
      '{"model":"a","stream_options":{"include_usage":true,"x":1}}',
    ],
    [
      'takes the place of null',
      '{"model":"a","stream_options":null}',
      '{"model":"a","stream_options":{"include_usage":true}}',
    ],
    [
      'goes into the last of several options',
      '{"stream_options":{},"model":"a","stream_options":{}}',
      '{"stream_options":{},"model":"a","stream_options":{"include_usage":true}}',
    ],
  ])('%s', (_name, text, expected) => {
    expect(write(text, 'a', true)).toBe(expected);
  });

  it.each([
    [
      'before',
      '{"stream_options":{"x":1},"model":"a"}',
      '{"stream_options":{"include_usage":true,"x":1},"model":"b"}',
    ],
    [
      'behind',
      '{"model":"a","stream_options":{"x":1}}',
      '{"model":"b","stream_options":{"include_usage":true,"x":1}}',
    ],
  ])('goes together with a new name %s it', (_name, text, expected) => {
    expect(write(text, 'b', true)).toBe(expected);
  });
});

describe('upstreamBody: further edits', () => {
  it('stand beside its own', () => {
    const text = '{"model":"a","x":1}';
    const request = parseCompletionRequest(Buffer.from(text));
    const place = text.indexOf('1');
    const furtherEdits = [
      { start: place, end: place + 1, replacement: Buffer.from('2') },
      { start: request.inside, end: request.inside, replacement: Buffer.from('"y":3,') },
    ];

    const written = Buffer.concat(upstreamBody(request, 'b', true, furtherEdits)).toString();

    expect(JSON.parse(written)).toStrictEqual({
      y: 3,
      stream_options: { include_usage: true },
      model: 'b',
      x: 2,
    });
  });
});

/** JSON of a value, with white space wherever JSON allows it. */
function spaced(value: unknown, space: string): string {
  if (Array.isArray(value)) {
    return `[${space}${value.map((item) => spaced(item, space)).join(`${space},${space}`)}${space}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, member]) => `${JSON.stringify(key)}${space}:${space}${spaced(member, space)}`,
    );
    return `{${space}${members.join(`${space},${space}`)}${space}}`;
  }
  return JSON.stringify(value);
}

const streamOptions = fc.oneof(
  fc.constant(undefined),
  fc.constant(null),
  fc.record(
    { include_usage: fc.oneof(fc.boolean(), fc.jsonValue()), other: fc.jsonValue() },
    { requiredKeys: [] },
  ),
);

/** The members of a request in any order, `__proto__` among them as a plain member. */
const members = fc
  .record({
    extra: fc.dictionary(
      fc.string().filter((key) => !['model', 'stream_options'].includes(key)),
      fc.jsonValue(),
    ),
    model: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    options: streamOptions,
    position: fc.nat(),
  })
  .map(({ extra, model, options, position }) => {
    const entries: [string, unknown][] = Object.entries(extra);
    entries.splice(position % (entries.length + 1), 0, ['model', model]);
    if (options !== undefined) {
      entries.splice((position * 7) % (entries.length + 1), 0, ['stream_options', options]);
    }
    return entries;
  });

function toJson(entries: readonly (readonly [string, unknown])[], space: string): string {
  const texts = entries.map(
    ([key, value]) => `${space}${JSON.stringify(key)}${space}:${space}${spaced(value, space)}`,
  );
  return `${space}{${texts.join(',')}${space}}${space}`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('upstreamBody: any request', () => {
  const space = fc.constantFrom('', ' ', '\n\t');
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

  it('means the same but for the model and the question for usage', () => {
    fc.assert(
      fc.property(members, space, name, (entries, gap, upstreamModel) => {
        const text = toJson(entries, gap);
        const asked = JSON.parse(text) as Record<string, unknown>;
        const options = asked['stream_options'];

        const written: unknown = JSON.parse(write(text, upstreamModel, true));

        expect(written).toStrictEqual({
          ...asked,
          model: upstreamModel,
          stream_options: { ...(isObject(options) ? options : {}), include_usage: true },
        });
      }),
    );
  });

  it('keeps every byte outside the names of the model', () => {
    fc.assert(
      fc.property(members, space, name, (entries, gap, upstreamModel) => {
        const text = toJson(entries, gap);
        const request = parseCompletionRequest(Buffer.from(text));
        const [span] = request.modelSpans;
        const bytes = Buffer.from(request.bytes);

        const written = write(text, upstreamModel, false);

        const replaced = [
          bytes.subarray(0, span?.start).toString(),
          upstreamModel === request.model
            ? bytes.subarray(span?.start, span?.end).toString()
            : JSON.stringify(upstreamModel),
          bytes.subarray(span?.end).toString(),
        ];
        expect(written).toBe(replaced.join(''));
      }),
    );
  });
});
