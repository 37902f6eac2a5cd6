import { describe, expect, it } from '@jest/globals';
import { isJson } from './is-json.js';

describe('isJson', () => {
  it('says whether the bytes are one document', () => {
    expect(isJson(Buffer.from(' {"a":[1,2]} '))).toBe(true);
    expect(isJson(Buffer.from('{"a":[1,2]'))).toBe(false);
    expect(isJson(Buffer.from('[DONE]'))).toBe(false);
  });

  it('takes a range', () => {
    const bytes = Buffer.from('data: {"a":1}\n\n');

    expect(isJson(bytes)).toBe(false);
    expect(isJson(bytes, 6, 13)).toBe(true);
    expect(isJson(bytes, 6)).toBe(true);
    expect(isJson(bytes, 6, 12)).toBe(false);
  });
});
