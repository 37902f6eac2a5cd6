import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pino from 'pino';
import { isoTime } from './iso-time.js';

describe('isoTime', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['the first millisecond of a second', '2026-11-26T14:33:46.000Z'],
    ['a later one of the same', '2026-11-26T14:33:46.007Z'],
    ['the last one', '2026-11-26T14:33:46.999Z'],
    ['the next second', '2026-11-26T14:33:47.010Z'],
    ['a second that was before, when the clock is set back', '2026-11-26T14:33:46.120Z'],
  ])('tells %s as pino does', (_name, time) => {
    jest.setSystemTime(new Date(time));

    expect(isoTime()).toBe(`,"time":"${time}"`);
    expect(isoTime()).toBe(pino.stdTimeFunctions.isoTime());
  });
});
