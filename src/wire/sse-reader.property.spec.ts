import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SseReader } from './sse-reader.js';

interface Event {
  /** The whole block, lines ended with LF. */
  readonly block: string;
  /** The payload; undefined for a block without data lines. */
  readonly data: string | undefined;
  readonly terminated: boolean;
}

/** WHATWG HTML, section 9.2.6, as it is written there, over the whole stream at once. */
function reference(stream: string): Event[] {
  const text = stream.replace(/^\uFEFF/, '').replace(/\r\n|\r/g, '\n');
  const events: Event[] = [];
  let block = '';
  let values: string[] = [];
  const finish = (terminated: boolean): void => {
    if (block !== '') {
      const data = values.length === 0 ? undefined : values.join('\n');
      events.push({ block: terminated ? `${block}\n` : block, data, terminated });
    }
    block = '';
    values = [];
  };
  for (const [line] of text.matchAll(/[^\n]*\n|[^\n]+$/g)) {
    const content = line.replace('\n', '');
    if (content === '') {
      finish(true);
      continue;
    }
    block += line;
    const colon = content.indexOf(':');
    const field = colon === -1 ? content : content.slice(0, colon);
    const value = colon === -1 ? '' : content.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') {
      values.push(value);
    }
  }
  finish(false);
  return events;
}

/** Reads the packets; what was handed out is looked at only after the stream has ended. */
function readPackets(packets: readonly Buffer[]): Event[] {
  const kept: (() => Event)[] = [];
  const reader = new SseReader((event) => {
    const block = Buffer.from(
      event.bytes.buffer,
      event.bytes.byteOffset + event.start,
      event.end - event.start,
    );
    const data = event.dataBytes.subarray(event.dataStart, event.dataEnd);
    const { dataLines, terminated } = event;
    kept.push(() => ({
      block: block.toString(),
      data: dataLines === 0 ? undefined : Buffer.from(data).toString(),
      terminated,
    }));
  });
  for (const packet of packets) {
    reader.push(packet);
  }
  reader.end();
  expect(reader.pending).toBe(0);
  return kept.map((event) => event());
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [...cuts, bytes.length].map((end, index) => bytes.subarray(cuts[index - 1] ?? 0, end));
}

const value = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('{"a":1}', '[DONE]', 'data: x', '\uFEFF', 'é😀'),
  )
  .map((text) => text.replace(/[\r\n]/g, ''));

const line = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 4, arbitrary: value.map((text) => `data: ${text}`) },
  { weight: 1, arbitrary: value.map((text) => `data:${text}`) },
  { weight: 1, arbitrary: value.map((text) => `: ${text}`) },
  { weight: 1, arbitrary: value.map((text) => `event: ${text}`) },
  { weight: 1, arbitrary: fc.constantFrom('data', 'data:', 'id: 7', 'retry: 10', 'datum: x') },
  { weight: 1, arbitrary: value },
);

const lineEnds = fc.constantFrom<readonly string[]>(['\n'], ['\r\n'], ['\r'], ['\n', '\r\n', '\r']);

const stream = fc
  .record({
    mark: fc.constantFrom('', '', '\uFEFF'),
    lines: lineEnds.chain((ends) =>
      fc.array(fc.tuple(line, fc.constantFrom(...ends)), { maxLength: 24, size: 'max' }),
    ),
    rest: fc.oneof(fc.constant(''), line),
  })
  .map(({ mark, lines, rest }) => mark + lines.map((parts) => parts.join('')).join('') + rest)
  // as it reads once it has been bytes: a lone surrogate has no UTF-8
  .map((text) => Buffer.from(text).toString());

describe('SseReader, on random streams', () => {
  it('hands out the same events for every cutting, those of the standard', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat()), (text, places) => {
        const bytes = Buffer.from(text);
        const expected = reference(text);
        expect(readPackets([bytes])).toStrictEqual(expected);
        expect(readPackets(cut(bytes, places))).toStrictEqual(expected);
        expect(readPackets(Array.from(bytes, (byte) => Buffer.of(byte)))).toStrictEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('hands out the same events for every cutting into two', () => {
    fc.assert(
      fc.property(stream, (text) => {
        const bytes = Buffer.from(text);
        const expected = reference(text);
        for (let place = 0; place <= bytes.length; place += 1) {
          expect(readPackets(cut(bytes, [place]))).toStrictEqual(expected);
        }
      }),
      { numRuns: 100 },
    );
  });
});
