import { describe, expect, it } from '@jest/globals';
import { configReference } from './config-reference.js';

describe('configReference', () => {
  const reference = configReference();

  it.each([
    /^\| `server\.port` +\| whole number +\| `18000` +\| The port to listen on/m,
    /^\| `server\.body_limit` +\| size +\| `32mb` +\|/m,
    /^\| `timeouts\.first_token` +\| duration +\| `60s` +\|/m,
    /^\| `providers` +\| list +\| \(required\) +\|/m,
    /^\| `api_base` +\| http\(s\) URL +\| \(required\) +\|/m,
    /^\| `tokens_per_second` +\| number +\| `60` +\|/m,
    /^\| `PORT` +\| `server\.port` +\|/m,
  ])('has a row like %s', (row) => {
    expect(reference).toMatch(row);
  });

  it.each([
    ['retry.max_wait', /in all, over all models.*rate limit.*503.*breaker/],
    ['timeouts.total', /a request may take in all.*attempts.*stand in/],
  ])('says all that %s bounds', (setting, words) => {
    const row = reference.split('\n').find((line) => line.startsWith(`| \`${setting}\``));

    expect(row).toMatch(words);
  });

  it('describes every setting', () => {
    expect(reference).not.toMatch(/\| +\|$/m);
  });
});
