import { describe, expect, it } from '@jest/globals';
import { format, inspect } from 'node:util';
import { Secret } from './secret.js';

describe('Secret', () => {
  const secret = new Secret('sk-hidden', 'from ${API_KEY}');

  it('gives its value only when asked to reveal it', () => {
    expect(secret.reveal()).toBe('sk-hidden');
  });

  it.each([
    ['String()', String(secret)],
    ['concatenation', 'key: '.concat(secret.toString())],
    ['JSON', JSON.stringify({ secret })],
    ['inspect', inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
    ['format', format('%s %o %j', secret, secret, secret)],
    ['its own keys', JSON.stringify(Object.entries(secret))],
  ])('stays hidden in %s', (_way, printed) => {
    expect(printed).not.toContain('sk-hidden');
  });

  it('says where it comes from', () => {
    expect(secret.origin).toBe('from ${API_KEY}');
    expect(new Secret('x').origin).toBe('in the file');
  });
});
