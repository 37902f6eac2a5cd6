import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { clientKeyFrom } from './client-key.js';

describe('clientKeyFrom', () => {
  it.each<[string, IncomingHttpHeaders, string | undefined]>([
    ['a bearer token', { authorization: 'Bearer sk-1' }, 'sk-1'],
    ['a bearer token, in any case', { authorization: 'bEARER sk-1' }, 'sk-1'],
    ['a bearer token with spaces around it', { authorization: 'Bearer   sk-1  ' }, 'sk-1'],
    ['an x-api-key', { 'x-api-key': 'sk-2' }, 'sk-2'],
    ['the bearer token of both', { authorization: 'Bearer sk-1', 'x-api-key': 'sk-2' }, 'sk-1'],
    ['an x-api-key beside no token', { authorization: 'Bearer', 'x-api-key': 'sk-2' }, 'sk-2'],
    ['an x-api-key beside Basic', { authorization: 'Basic abc', 'x-api-key': 'sk-2' }, 'sk-2'],
    ['nothing from no header', {}, undefined],
    ['nothing from an empty token', { authorization: 'Bearer ' }, undefined],
    ['nothing from a bare key', { authorization: 'sk-1' }, undefined],
    ['nothing from two keys', { authorization: 'Bearer sk-1 sk-2' }, undefined],
    ['nothing from another scheme', { authorization: 'Basic c2stMQ==' }, undefined],
    ['nothing from an empty x-api-key', { 'x-api-key': '' }, undefined],
    ['nothing from several x-api-keys', { 'x-api-key': ['a', 'b'] }, undefined],
  ])('takes %s', (_name, headers, expected) => {
    expect(clientKeyFrom(headers)).toBe(expected);
  });
});
