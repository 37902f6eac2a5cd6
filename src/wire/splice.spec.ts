import { describe, expect, it } from '@jest/globals';
import { jsonString } from './json-text.js';
import { splice } from './splice.js';

describe('splice', () => {
  const bytes = Buffer.from('{"model":"a","x":1,"model":"b"}');
  const text = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString();

  it('replaces each span', () => {
    const spans = [
      { start: 9, end: 12 },
      { start: 27, end: 30 },
    ];

    expect(text(splice(bytes, spans, jsonString('long name')))).toBe(
      '{"model":"long name","x":1,"model":"long name"}',
    );
  });

  it('returns the bytes themselves where there is nothing to replace', () => {
    const pieces = splice(bytes, [], jsonString('c'));

    expect(pieces).toHaveLength(1);
    expect(pieces[0]).toBe(bytes);
  });

  it('copies nothing and leaves out empty pieces', () => {
    const replacement = Buffer.from('z');
    const pieces = splice(
      bytes,
      [
        { start: 0, end: 1 },
        { start: 1, end: bytes.length },
      ],
      replacement,
    );

    expect(pieces).toStrictEqual([replacement, replacement]);
    expect(
      splice(bytes, [{ start: 5, end: 6 }], replacement).map((piece) => piece.buffer),
    ).toStrictEqual([bytes.buffer, replacement.buffer, bytes.buffer]);
  });
});
