import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.ts';

describe("the soak's options", () => {
  it('may be left out', () => {
    expect(readOptions([])).toStrictEqual({ minutes: 2, seed: undefined, help: false });
  });

  it('are numbers', () => {
    const options = readOptions(['--minutes', '0.5', '--seed', '7']);

    expect(options).toStrictEqual({ minutes: 0.5, seed: 7, help: false });
  });

  it.each(['abc', '', '0', '0.0', '-1', '1e999', 'NaN', 'Infinity'])(
    'refuse %j minutes',
    (minutes) => {
      expect(() => readOptions([`--minutes=${minutes}`])).toThrow(
        `--minutes must be a number above 0, not "${minutes}"`,
      );
    },
  );

  it.each(['abc', '', '-1', '1.5', '4294967296'])('refuse the seed %j', (seed) => {
    expect(() => readOptions([`--seed=${seed}`])).toThrow('--seed must be a whole number');
  });
});
