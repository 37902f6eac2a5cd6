import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseHttpDate } from './http-date.js';

const NOW = Date.UTC(2026, 9, 1);

describe('parseHttpDate', () => {
  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT'],
    ['Sunday, 06-Nov-94 08:49:37 GMT'],
    ['Sun Nov  6 08:49:37 1994'],
  ])('reads %j, as RFC 9110 has it', (text) => {
    expect(parseHttpDate(text, NOW)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
  });

  it.each([
    ['Tuesday, 06-Oct-26 00:00:00 GMT', 2026],
    ['Tuesday, 06-Oct-76 00:00:00 GMT', 2076],
    ['Tuesday, 06-Oct-77 00:00:00 GMT', 1977],
    ['Tuesday, 06-Oct-99 00:00:00 GMT', 1999],
  ])('finds the century of %j', (text, year) => {
    expect(parseHttpDate(text, NOW)).toBe(Date.UTC(year, 9, 6));
  });

  it('knows leap days and leap seconds', () => {
    expect(parseHttpDate('Thu, 29 Feb 2024 00:00:00 GMT', NOW)).toBe(Date.UTC(2024, 1, 29));
    expect(parseHttpDate('Sat, 31 Dec 2016 23:59:60 GMT', NOW)).toBe(Date.UTC(2017, 0, 1));
  });

  it.each([
    '',
    'tomorrow',
    '2024-01-01',
    '1994',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 CET',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:00 GMT',
    'Sun, 30 Feb 2025 08:49:37 GMT',
    'Sat, 29 Feb 2025 08:49:37 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 nov 1994 08:49:37 GMT',
    'Sun, 06-Nov-94 08:49:37 GMT',
    'xSun, 06 Nov 1994 08:49:37 GMTx',
  ])('takes %j for no date', (text) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined();
  });

  it('reads back what JavaScript writes', () => {
    const seconds = fc.integer({
      min: Date.UTC(1000, 0, 1) / 1000,
      max: Date.UTC(9999, 0, 1) / 1000,
    });

    fc.assert(
      fc.property(seconds, (second) => {
        expect(parseHttpDate(new Date(second * 1000).toUTCString(), NOW)).toBe(second * 1000);
      }),
    );
  });
});
