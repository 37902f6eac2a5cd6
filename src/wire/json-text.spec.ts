import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonString } from './json-text.js';

describe('jsonString', () => {
  it('escapes what a JSON string may not contain', () => {
    expect(Buffer.from(jsonString('a"\\\n\u0000é\ud800')).toString()).toBe(
      String.raw`"a\"\\\n\u0000é\ud800"`,
    );
  });

  it('is read back as the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(Buffer.from(jsonString(text)).toString())).toBe(text);
      }),
    );
  });
});
