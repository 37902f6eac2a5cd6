import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import { affinityKey } from './affinity-key.js';
import { parseCompletionRequest } from './completion-request.js';

const SESSION = { kind: 'header', name: 'X-Session-Id' } as const;

function keyOfHeaders(headers: IncomingHttpHeaders): string | undefined {
  const request = parseCompletionRequest(Buffer.from('{"model":"m","user":"alice"}'));
  return affinityKey(SESSION, headers, request);
}

function keyOfBody(text: string): string | undefined {
  const request = parseCompletionRequest(Buffer.from(text));
  return affinityKey({ kind: 'user' }, { user: 'header' }, request);
}

describe('affinityKey', () => {
  it('is not there without an affinity', () => {
    const request = parseCompletionRequest(Buffer.from('{"model":"m","user":"alice"}'));

    expect(affinityKey({ kind: 'none' }, { 'x-session-id': 'a' }, request)).toBeUndefined();
  });
});

describe('affinityKey: a header', () => {
  it.each<[string, IncomingHttpHeaders, string | undefined]>([
    ['is found whatever case it is configured in', { 'x-session-id': 'a1' }, 'a1'],
    ['counts without the space around it', { 'x-session-id': ' \ta b ' }, 'a b'],
    ['may have 256 characters', { 'x-session-id': 'x'.repeat(256) }, 'x'.repeat(256)],
    ['is no key when longer', { 'x-session-id': 'x'.repeat(257) }, undefined],
    ['is no key when blank', { 'x-session-id': '  ' }, undefined],
    ['is no key when it is a list', { 'x-session-id': ['a', 'b'] }, undefined],
    ['is no key when it is missing', { 'x-session': 'a1' }, undefined],
  ])('%s', (_name, headers, expected) => {
    expect(keyOfHeaders(headers)).toBe(expected);
  });
});

describe("affinityKey: the body's user", () => {
  it.each<[string, string, string | undefined]>([
    ['is read', '{"model":"m","user":"alice"}', 'alice'],
    ['is read without its escapes', String.raw`{"model":"m","user":"\u0061\n😀"}`, 'a\n😀'],
    ['is no key when empty', '{"model":"m","user":""}', undefined],
    ['is no key when it is no text', '{"model":"m","user":7}', undefined],
    ['is no key when it is missing', '{"model":"m"}', undefined],
  ])('%s', (_name, text, expected) => {
    expect(keyOfBody(text)).toBe(expected);
  });

  it('may have 256 characters, however they are written', () => {
    const plain = 'x'.repeat(256);
    const escaped = String.raw`\u0078`.repeat(256);

    expect(keyOfBody(`{"model":"m","user":"${plain}"}`)).toBe(plain);
    expect(keyOfBody(`{"model":"m","user":"${escaped}"}`)).toBe(plain);
    expect(keyOfBody(`{"model":"m","user":"${plain}x"}`)).toBeUndefined();
    expect(keyOfBody(`{"model":"m","user":"${escaped}${escaped}"}`)).toBeUndefined();
  });
});
