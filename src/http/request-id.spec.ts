import { describe, expect, it } from '@jest/globals';
import { requestIdFrom } from './request-id.js';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('requestIdFrom', () => {
  it.each(['a', 'req_123', '4bf92f35-77b3', 'trace:1/2+3=@x.y', 'x'.repeat(128)])(
    "keeps the client's own id: %s",
    (id) => {
      expect(requestIdFrom(id)).toBe(id);
    },
  );

  it.each([
    ['none', undefined],
    ['several', ['a', 'b']],
    ['several in one line', 'a, b'],
    ['an empty one', ''],
    ['one that is too long', 'x'.repeat(129)],
    ['one that could break a line', 'a\nb'],
    ['one that ends a line', 'a\n'],
    ['one that could break JSON', 'a"b'],
    ['one with spaces', 'a b'],
    ['one with letters that are no ASCII', 'ä'],
  ])('mints one in place of %s', (_name, header) => {
    expect(requestIdFrom(header)).toMatch(UUID);
  });

  it('mints a new one each time', () => {
    expect(requestIdFrom(undefined)).not.toBe(requestIdFrom(undefined));
  });
});
