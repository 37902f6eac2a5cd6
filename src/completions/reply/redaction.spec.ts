import { describe, expect, it } from '@jest/globals';
import { withoutSecrets } from './redaction.js';

describe('withoutSecrets', () => {
  it('takes every occurrence of every secret out', () => {
    expect(
      withoutSecrets('a secret-one, secret-two, secret-one', ['secret-one', 'secret-two']),
    ).toBe('a [redacted], [redacted], [redacted]');
  });

  it.each([
    ['as JSON writes quotes and backslashes', String.raw`sk-"a\b`, String.raw`{"x":"sk-\"a\\b"}`],
    ['with escaped slashes', 'sk-a/b', String.raw`{"x":"sk-a\/b"}`],
    ['whatever a pattern would make of it', 'sk-.*$&', '{"x":"sk-.*$&"}'],
  ])('finds a secret %s', (_name, secret, text) => {
    expect(withoutSecrets(text, [secret])).toBe('{"x":"[redacted]"}');
  });

  it('leaves text without secrets as it is', () => {
    expect(withoutSecrets('nothing here', ['secret-one'])).toBe('nothing here');
    expect(withoutSecrets('nothing here', [])).toBe('nothing here');
  });
});
