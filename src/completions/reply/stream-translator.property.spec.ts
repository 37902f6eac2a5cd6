import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StreamTranslator } from './stream-translator.js';

/** All that a translator made of a stream. */
interface Translated {
  readonly text: string;
  readonly facts: object;
}

interface Options {
  readonly renamed: boolean;
  readonly hidesUsage: boolean;
}

const SECRET = 'sk-12345678';

function translate(packets: readonly Uint8Array[], { renamed, hidesUsage }: Options): Translated {
  const changes = {
    model: renamed ? Buffer.from('"client"') : undefined,
    hidesUsage,
    choiceCount: 1,
    notesModel: false,
  };
  const translator = new StreamTranslator(changes, [SECRET]);
  const pieces: Uint8Array[] = [];
  for (const packet of packets) {
    translator.push(packet);
    pieces.push(translator.take());
  }
  const whole = translator.end();
  pieces.push(translator.take(), translator.takeErrorEvent());
  const { usage, error, isRefused, hasContent, malformedEvents, isDone } = translator;
  return {
    text: Buffer.concat(pieces).toString(),
    facts: { whole, usage, error, isRefused, hasContent, malformedEvents, isDone },
  };
}

/** Cuts bytes at the given places, each taken modulo their length. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [...cuts, bytes.length].map((end, index) => bytes.subarray(cuts[index - 1] ?? 0, end));
}

/** @returns the joined data of an event; empty for one of comments and other fields alone */
function payloadOf(event: string): string {
  return event
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.replace(/^data: ?/, ''))
    .join('\n');
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const text = fc.string({ unit: 'grapheme', maxLength: 8 });

const chunk = fc.record(
  {
    model: fc.oneof(text, fc.constant('client')),
    choices: fc.array(
      fc.record(
        {
          delta: fc.record({ role: text, content: fc.option(text) }, { requiredKeys: [] }),
          finish_reason: fc.constantFrom(null, '', 'stop'),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 2 },
    ),
    usage: fc.option(fc.record({ total_tokens: fc.nat(9) })),
    extra: fc.jsonValue({ maxDepth: 1 }),
  },
  { requiredKeys: [] },
);

const event = fc.oneof(
  { weight: 6, arbitrary: chunk.map((value) => `data: ${JSON.stringify(value)}\n\n`) },
  // JSON over several lines of data.
  chunk.map(
    (value) =>
      `${JSON.stringify(value, null, 1)
        .split('\n')
        .map((line) => `data: ${line}\n`)
        .join('')}\n`,
  ),
  text.map((comment) => `: ${comment.replaceAll(/[\r\n]/g, '')}\n\n`),
  fc.constantFrom(
    'data: oops\n\n',
    'data:\n\n',
    'id: 1\n\n',
    '\n',
    `data: {"error":{"message":"bad ${SECRET}"}}\n\n`,
    'event: end\ndata: [DONE]\n\n',
    'data: [DONE]\n\n',
    'data: {"unfinished',
    'data: {}',
  ),
);

const stream = fc
  .tuple(fc.array(event, { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\r'))
  .map(([events, lineEnd]) => Buffer.from(events.join('').replaceAll('\n', lineEnd)));

const options = fc.record({ renamed: fc.boolean(), hidesUsage: fc.boolean() });

describe('StreamTranslator: any stream', () => {
  it('becomes the same, however the network cut it', () => {
    fc.assert(
      fc.property(stream, options, fc.array(fc.nat(), { maxLength: 12 }), (bytes, how, places) => {
        expect(translate(cut(bytes, places), how)).toStrictEqual(translate([bytes], how));
      }),
      { numRuns: 500 },
    );
  });

  it('becomes the same byte by byte', () => {
    fc.assert(
      fc.property(stream, options, (bytes, how) => {
        const single = Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1));

        expect(translate(single, how)).toStrictEqual(translate([bytes], how));
      }),
    );
  });

  it('consists of nothing but events of JSON, comments and one last [DONE]', () => {
    fc.assert(
      fc.property(stream, options, (bytes, how) => {
        const payloads = translate([bytes], how)
          .text.split('\n\n')
          .map(payloadOf)
          .filter((payload) => payload !== '');
        const objects = payloads.at(-1) === '[DONE]' ? payloads.slice(0, -1) : payloads;

        expect(objects.filter((payload) => !isObject(payload))).toStrictEqual([]);
      }),
    );
  });

  it('names no model but the one the client knows', () => {
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 6 }), (chunks) => {
        const bytes = Buffer.from(
          chunks.map((value) => `data: ${JSON.stringify(value)}\n\n`).join(''),
        );

        const output = translate([bytes], { renamed: true, hidesUsage: false }).text;

        const written = output
          .split('\n\n')
          .filter((line) => line.startsWith('data: {'))
          .map((line) => JSON.parse(line.slice('data: '.length)) as unknown);
        expect(written).toStrictEqual(
          chunks.map((value) => ({
            ...(JSON.parse(JSON.stringify(value)) as object),
            ...('model' in value ? { model: 'client' } : {}),
          })),
        );
      }),
    );
  });
});
