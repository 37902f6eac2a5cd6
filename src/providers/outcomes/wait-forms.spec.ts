import { describe, expect, it } from '@jest/globals';
import { millisecondsUntil, parseMilliseconds, parseSeconds } from './wait-forms.js';

const NOW = Date.UTC(2026, 9, 1, 12);

describe('parseMilliseconds and parseSeconds', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['0.5', 0.5],
    ['007', 7],
  ])('read %j', (text, number) => {
    expect(parseMilliseconds(text)).toBe(number);
    expect(parseSeconds(text)).toBe(number * 1000);
  });

  it.each(['', ' ', '-1', '+1', '1e3', '0x10', 'NaN', 'Infinity', '1,5', '1 2', '.', '1s', '٣'])(
    'take %j for no number',
    (text) => {
      expect(parseMilliseconds(text)).toBeUndefined();
      expect(parseSeconds(text)).toBeUndefined();
    },
  );
});

describe('millisecondsUntil', () => {
  it.each([
    ['1s', 1000],
    ['6m0s', 360_000],
    ['120ms', 120],
    ['1h2m3.5s', 3_723_500],
    ['7.66s', 7660],
    ['2m59.56s', 179_560],
    ['1d2h', 93_600_000],
    ['500us', 0.5],
    ['500µs', 0.5],
    ['500μs', 0.5],
    ['1000000ns', 1],
  ])('reads the duration %j', (text, wait) => {
    expect(millisecondsUntil(text, NOW)).toBeCloseTo(wait, 6);
  });

  it.each([
    ['0', 0],
    ['59', 59_000],
    ['0.5', 500],
    ['999999999', 999_999_999_000],
  ])('reads %j as seconds', (text, wait) => {
    expect(millisecondsUntil(text, NOW)).toBe(wait);
  });

  it.each([
    ['seconds since 1970', String(NOW / 1000 + 60), 60_000],
    ['seconds since 1970 that have passed', String(NOW / 1000 - 60), -60_000],
    ['ms since 1970', String(NOW + 1500), 1500],
    ['a timestamp', '2026-10-01T12:00:30Z', 30_000],
    ['a timestamp with a fraction', '2026-10-01T12:00:30.25Z', 30_250],
    ['a timestamp of elsewhere', '2026-10-01T14:00:30+02:00', 30_000],
    ['a timestamp in small letters', '2026-10-01t12:00:30z', 30_000],
    ['a timestamp that has passed', '2026-10-01T11:59:30Z', -30_000],
  ])('reads %s', (_name, text, wait) => {
    expect(millisecondsUntil(text, NOW)).toBe(wait);
  });

  it.each([
    '',
    'soon',
    '-1',
    '-1s',
    '1x',
    's',
    '1s ',
    '1 s',
    '1s2',
    '1.2.3s',
    '2026-10-01',
    '2026-10-01T12:00:30',
    '2026-13-01T12:00:30Z',
  ])('takes %j for none of these', (text) => {
    expect(millisecondsUntil(text, NOW)).toBeUndefined();
  });
});
