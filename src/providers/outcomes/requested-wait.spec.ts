import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IncomingHttpHeaders } from 'node:http';
import { MAX_WAIT, requestedWait } from './requested-wait.js';

const NOW = Date.UTC(2026, 9, 1, 12);
const HTTP_DATE = 'Thu, 01 Oct 2026 12:00:30 GMT';

describe('requestedWait: the forms', () => {
  it.each<[string, IncomingHttpHeaders, number]>([
    ['ms', { 'retry-after-ms': '1500' }, 1500],
    ['ms with a fraction, rounded up', { 'retry-after-ms': '0.2' }, 1],
    ['seconds', { 'retry-after': '20' }, 20_000],
    ['no seconds', { 'retry-after': '0' }, 0],
    ['seconds with a fraction', { 'retry-after': '1.5' }, 1500],
    ['seconds in spaces', { 'retry-after': ' 20 ' }, 20_000],
    ['a date', { 'retry-after': HTTP_DATE }, 30_000],
    ['a date of RFC 850', { 'retry-after': 'Thursday, 01-Oct-26 12:00:30 GMT' }, 30_000],
    ['a date of asctime', { 'retry-after': 'Thu Oct  1 12:00:30 2026' }, 30_000],
    ['a date that has passed', { 'retry-after': 'Thu, 01 Oct 2026 11:00:00 GMT' }, 0],
    ["OpenAI's resets", { 'x-ratelimit-reset-requests': '6m0s' }, 360_000],
    ["Groq's resets", { 'x-ratelimit-reset-tokens': '7.66s' }, 7660],
    ["Azure's resets", { 'x-ratelimit-reset-tokens': '26' }, 26_000],
    ["OpenRouter's reset", { 'x-ratelimit-reset': String(NOW + 900) }, 900],
    ["GitHub's reset", { 'x-ratelimit-reset': String(NOW / 1000 + 9) }, 9000],
    ["the IETF draft's reset", { 'ratelimit-reset': '9' }, 9000],
    [
      "Anthropic's resets",
      { 'anthropic-ratelimit-input-tokens-reset': '2026-10-01T12:00:07Z' },
      7000,
    ],
    [
      "Anthropic's reset of a plan",
      { 'anthropic-ratelimit-unified-reset': String(NOW / 1000 + 9) },
      9000,
    ],
    ['a reset that has passed', { 'x-ratelimit-reset': String(NOW - 900) }, 0],
  ])('may be %s', (_name, headers, wait) => {
    expect(requestedWait(headers, NOW)).toBe(wait);
  });

  it.each<[string, IncomingHttpHeaders]>([
    ['a year in ms', { 'retry-after-ms': '31536000000' }],
    ['a year in seconds', { 'retry-after': '31536000' }],
    ['more than a number can hold', { 'retry-after': '9'.repeat(400) }],
    ['a date in a year', { 'retry-after': 'Fri, 01 Oct 2027 12:00:00 GMT' }],
    ['a day as Go writes it', { 'x-ratelimit-reset-requests': '24h0m0s' }],
    ['a moment in a year', { 'x-ratelimit-reset': String(NOW + 31_536_000_000) }],
    ['a moment beyond all time', { 'x-ratelimit-reset': '9'.repeat(400) }],
  ])('believes %s for an hour', (_name, headers) => {
    expect(requestedWait(headers, NOW)).toBe(MAX_WAIT);
    expect(MAX_WAIT).toBe(3_600_000);
  });

  it.each<[string, IncomingHttpHeaders]>([
    ['nothing', {}],
    ['an empty header', { 'retry-after': '' }],
    ['garbage', { 'retry-after': 'soon', 'retry-after-ms': 'x', 'x-ratelimit-reset': '?' }],
    ['negative numbers', { 'retry-after': '-5', 'retry-after-ms': '-5' }],
    ['what is no number', { 'retry-after': 'NaN', 'retry-after-ms': 'Infinity' }],
    ['a limit with something left', { 'x-ratelimit-reset': '9', 'x-ratelimit-remaining': '1' }],
    ['a limit alone', { 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining': '0' }],
  ])('asks for nothing with %s', (_name, headers) => {
    expect(requestedWait(headers, NOW)).toBeUndefined();
  });
});

describe('requestedWait: dates', () => {
  it.each([
    ['the date of the answer', 'Thu, 01 Oct 2026 12:00:20 GMT', 10_000],
    ['our own where that is none', 'yesterday', 30_000],
  ])('are relative to %s', (_name, date, wait) => {
    expect(requestedWait({ date, 'retry-after': HTTP_DATE }, NOW)).toBe(wait);
    expect(requestedWait({ date, 'x-ratelimit-reset': String(NOW + 30_000) }, NOW)).toBe(wait);
  });

  it('may be an hour wrong on our side', () => {
    const headers = { date: 'Thu, 01 Oct 2026 12:00:20 GMT', 'retry-after': HTTP_DATE };

    expect(requestedWait(headers, NOW + 3_600_000)).toBe(10_000);
  });
});

describe('requestedWait: which of several', () => {
  const everything: IncomingHttpHeaders = {
    'retry-after-ms': '1',
    'retry-after': '2',
    'x-ratelimit-reset': '3',
  };

  it('takes ms before seconds, and both before a reset', () => {
    expect(requestedWait(everything, NOW)).toBe(1);
    expect(requestedWait({ ...everything, 'retry-after-ms': undefined }, NOW)).toBe(2000);
  });

  it('passes over what makes no sense', () => {
    expect(requestedWait({ ...everything, 'retry-after-ms': 'x' }, NOW)).toBe(2000);
    expect(requestedWait({ ...everything, 'retry-after-ms': 'x', 'retry-after': '-1' }, NOW)).toBe(
      3000,
    );
    expect(requestedWait({ 'retry-after': ['soon', '4', '5'] as never }, NOW)).toBe(4000);
  });

  it('takes the limit that is used up', () => {
    const headers = {
      'x-ratelimit-remaining-requests': '14370',
      'x-ratelimit-reset-requests': '2m59.56s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '7.66s',
    };

    expect(requestedWait(headers, NOW)).toBe(7660);
  });

  it('waits for the last of those that are used up', () => {
    const headers = {
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-10-01T12:00:07Z',
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': '2026-10-01T12:00:05Z',
    };

    expect(requestedWait(headers, NOW)).toBe(7000);
  });

  it('prefers what is used up to what is not told, and takes the last of that', () => {
    const unclear = { 'x-ratelimit-reset-tokens': '20s', 'x-ratelimit-reset-requests': '30s' };

    expect(requestedWait(unclear, NOW)).toBe(30_000);
    expect(requestedWait({ ...unclear, 'x-ratelimit-remaining-tokens': '0' }, NOW)).toBe(20_000);
  });
});

describe('requestedWait: any headers', () => {
  const name = fc.constantFrom(
    'date',
    'retry-after',
    'retry-after-ms',
    'x-ratelimit-reset',
    'x-ratelimit-remaining',
    'x-ratelimit-reset-requests',
    'x-ratelimit-remaining-requests',
    'x-ratelimit-reset-tokens',
    'ratelimit-reset',
    'anthropic-ratelimit-requests-reset',
    'anthropic-ratelimit-requests-remaining',
  );
  const text = fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.bigInt().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-', 'm', 's', 'h', 'n') }),
  );
  const headers = fc.dictionary(fc.oneof(name, fc.string()), fc.oneof(text, fc.array(text)));

  it('never throws, and asks for no less than nothing and no more than an hour', () => {
    fc.assert(
      fc.property(headers, fc.maxSafeInteger(), (given, date) => {
        const wait = requestedWait(given, date) ?? 0;

        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(MAX_WAIT);
      }),
      { numRuns: 1000 },
    );
  });
});
