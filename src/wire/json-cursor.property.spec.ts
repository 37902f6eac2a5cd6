import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonCursor } from './json-cursor.js';

/** How many damaged documents are compared with JSON.parse; `npm run fuzz` takes a million. */
const DAMAGED_DOCUMENTS = Number(process.env['FUZZ_DOCUMENTS'] ?? 5000);

/** The keys of random documents; a walk can name them all. */
const KEYS = ['a', 'model', 'usage', 'x y', ''];

const whitespace = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t  ');

const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom('0', '-0', '1E+9', '0.10e-2', '123456789012345678901234567890'),
);

const stringText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text).slice(1, -1)),
      fc.constantFrom('\\u00e9', '\\n', '\\"', '\\\\', '\\/', '\\uD83D\\ude00', '\\ud800'),
      fc.nat(300).map((length) => 'x'.repeat(length)),
    ),
    { maxLength: 4 },
  )
  .map((parts) => `"${parts.join('')}"`);

const keyText = fc.tuple(fc.constantFrom(...KEYS), fc.boolean()).map(([key, isEscaped]) => {
  const last = key.charCodeAt(key.length - 1).toString(16);
  return isEscaped && key !== '' ? `"${key.slice(0, -1)}\\u00${last}"` : JSON.stringify(key);
});

const { document } = fc.letrec<{ value: string; document: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(numberText, stringText, fc.constantFrom('true', 'false', 'null')),
    fc
      .array(fc.tuple(whitespace, tie('value'), whitespace), { maxLength: 4 })
      .map((elements) => `[${elements.map((parts) => parts.join('')).join(',')}]`),
    fc
      .array(fc.tuple(whitespace, keyText, whitespace, tie('value'), whitespace), { maxLength: 4 })
      .map((members) => {
        const texts = members.map(
          ([before, key, around, value, after]) =>
            `${before}${key}${around}:${around}${value}${after}`,
        );
        return `{${texts.join(',')}}`;
      }),
  ),
  document: fc.tuple(whitespace, tie('value'), whitespace).map((parts) => parts.join('')),
}));

/** A change at some place of a document: bytes taken out and others put in. */
const mutation = fc.record({
  place: fc.nat(),
  removed: fc.nat(3),
  inserted: fc.oneof(
    fc
      .array(fc.constantFrom(...Array.from('{}[]",:\\u0-+.eE1tfn \n\t\f\u0000')), { maxLength: 3 })
      .map((characters) => Buffer.from(characters.join(''))),
    fc.uint8Array({ maxLength: 2 }),
  ),
});

type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

function mutate(bytes: Buffer, { place, removed, inserted }: Mutation): Buffer {
  const start = place % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, start), inserted, bytes.subarray(start + removed)]);
}

function parse(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(Buffer.from(bytes).toString()) as unknown };
  } catch {
    return undefined;
  }
}

/** Reads the value the cursor stands at, entering or skipping each container as `choose` says. */
function read(cursor: JsonCursor, bytes: Buffer, choose: () => boolean): unknown {
  if (choose() && cursor.enterArray()) {
    const elements: unknown[] = [];
    while (cursor.nextElement()) {
      elements.push(read(cursor, bytes, choose));
    }
    return elements;
  }
  if (choose() && cursor.enterObject()) {
    const members = new Map<string | undefined, unknown>();
    while (cursor.nextMember()) {
      const key = KEYS.find((candidate) => cursor.keyEquals(Buffer.from(candidate)));
      members.set(key, read(cursor, bytes, choose));
    }
    return Object.fromEntries(members);
  }
  return cursor.skipValue()
    ? parse(bytes.subarray(cursor.valueStart, cursor.valueEnd))?.value
    : undefined;
}

function chooser(choices: readonly boolean[]): () => boolean {
  let next = 0;
  return () => choices[next++ % choices.length] ?? true;
}

describe('JsonCursor, on random documents', () => {
  const choices = fc.array(fc.boolean(), { minLength: 1 });

  it('reads what JSON.parse reads, whichever values are entered', () => {
    const cursor = new JsonCursor();
    fc.assert(
      fc.property(document, choices, (text, choice) => {
        const bytes = Buffer.from(text);
        cursor.reset(bytes);
        expect(read(cursor, bytes, chooser(choice))).toStrictEqual(parse(bytes)?.value);
        expect(cursor.atEnd()).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with JSON.parse on documents that were changed at random', () => {
    const cursor = new JsonCursor();
    const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(document, mutations, choices, (text, changes, choice) => {
        const bytes = changes.reduce(mutate, Buffer.from(text));
        const isValid = parse(bytes) !== undefined;
        const skipped = cursor.reset(bytes).atEnd();
        const failed = cursor.failed;
        read(cursor.reset(bytes), bytes, chooser(choice));
        // One comparison: a million of Jest's own would take most of the time.
        return skipped === isValid && failed === !isValid && cursor.atEnd() === isValid;
      }),
      { numRuns: DAMAGED_DOCUMENTS },
    );
  });

  it('agrees with JSON.parse on every beginning of a document', () => {
    const cursor = new JsonCursor();
    fc.assert(
      fc.property(document, (text) => {
        const bytes = Buffer.from(text);
        const ends = Array.from({ length: Math.min(bytes.length, 200) + 1 }, (_, end) => end);
        const verdicts = ends.map((end) => cursor.reset(bytes, 0, end).atEnd());
        expect(verdicts).toStrictEqual(
          ends.map((end) => parse(bytes.subarray(0, end)) !== undefined),
        );
      }),
      { numRuns: 300 },
    );
  });
});
