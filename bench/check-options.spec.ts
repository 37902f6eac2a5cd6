import { describe, expect, it } from '@jest/globals';
import { readCheckOptions } from './check-options.ts';

describe("the check's options", () => {
  it('may be left out', () => {
    expect(readCheckOptions([])).toStrictEqual({ only: undefined, write: false, help: false });
  });

  it('choose scenarios', () => {
    expect(readCheckOptions(['--only', 'json-1,paced']).only).toStrictEqual(['json-1', 'paced']);
  });

  it('refuse to write a baseline that lacks scenarios', () => {
    expect(() => readCheckOptions(['--write', '--only=json-1'])).toThrow(
      '--write is for a whole run',
    );
  });

  it('refuse what is not known', () => {
    expect(() => readCheckOptions(['--writ'])).toThrow('--writ');
  });
});
