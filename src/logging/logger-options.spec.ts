import tty from 'node:tty';
import { describe, expect, it } from '@jest/globals';
import { isPretty } from './logger-options.js';

describe('isPretty', () => {
  it('is what the configuration says', () => {
    expect(isPretty('pretty')).toBe(true);
    expect(isPretty('json')).toBe(false);
  });

  it('goes by where the output goes, unless told', () => {
    expect(isPretty('auto')).toBe(tty.isatty(1));
  });
});
