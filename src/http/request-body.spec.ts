import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { turns } from '../../test/support/waiting.js';
import { ClientClosedError, RequestTooLargeError } from '../errors/index.js';
import { readBody } from './request-body.js';

const LIMIT = 10;

function upload(headers: Readonly<Record<string, string>> = {}): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.assign(request.headers, headers);
  return request;
}

/** Reads a body that comes in these pieces, whole. */
function read(
  pieces: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  const request = upload(headers);
  const body = readBody(request, LIMIT);
  for (const piece of pieces) {
    request.push(piece);
  }
  request.push(null);
  return body;
}

/** How many listeners of ours are left on a request. */
function listeners(request: IncomingMessage): number {
  return ['data', 'end', 'error', 'close']
    .map((name) => request.listenerCount(name))
    .reduce((sum, count) => sum + count, 0);
}

describe('readBody', () => {
  it.each([
    ['in one piece', ['{"a":1}']],
    ['in several pieces', ['{"', 'a"', ':1}']],
    ['up to the limit', ['0123456789']],
    ['of no bytes', []],
  ])('reads a body %s', async (_name, pieces) => {
    expect((await read(pieces)).toString()).toBe(pieces.join(''));
  });

  it.each([
    ['in one piece', ['{"a":1}']],
    ['in several pieces', ['{"', 'a"', ':1}']],
    ['byte by byte', '{"a":1}'.match(/./g) ?? []],
  ])('reads a body of declared length %s', async (_name, pieces) => {
    const body = await read(pieces, { 'content-length': '7' });

    expect(body.toString()).toBe('{"a":1}');
  });

  it('leaves no listener behind', async () => {
    const request = upload();
    const before = listeners(request);
    request.push('{}');
    request.push(null);

    await readBody(request, LIMIT);

    expect(listeners(request)).toBe(before);
  });
});

describe('readBody: the limit', () => {
  it('refuses a body by its declared length, before a byte is read', async () => {
    const request = upload({ 'content-length': '11' });

    await expect(readBody(request, LIMIT)).rejects.toStrictEqual(new RequestTooLargeError(LIMIT));
    expect(request.readableFlowing).toBeNull();
  });

  it('takes a declared length up to it', async () => {
    const body = await read(['0123456789'], { 'content-length': '10' });

    expect(body).toHaveLength(10);
  });

  it('refuses a body of unknown length as soon as it is past it, and reads no further', async () => {
    const request = upload({ 'transfer-encoding': 'chunked' });
    const body = readBody(request, LIMIT);
    request.push('0123456789');
    request.push('x');

    await expect(body).rejects.toBeInstanceOf(RequestTooLargeError);
    expect(request.isPaused()).toBe(true);

    request.push('more');
    await turns();
    expect(request.readableLength).toBe(4);
  });

  it('leaves the rest to whoever discards it', async () => {
    const request = upload();
    const before = listeners(request);
    const body = readBody(request, LIMIT);
    request.push('0123456789x');
    await expect(body).rejects.toBeInstanceOf(RequestTooLargeError);

    request.push('more');
    request.push(null);
    request.resume();
    await turns();

    expect(request.readableEnded).toBe(true);
    expect(listeners(request)).toBe(before);
  });
});

describe('readBody: a client that leaves', () => {
  it.each([
    ['without an error', undefined],
    ['with an error', new Error('ECONNRESET')],
  ])('%s is told so', async (_name, error) => {
    const request = upload();
    const body = readBody(request, LIMIT);
    request.push('{"a"');

    request.destroy(error);

    await expect(body).rejects.toBeInstanceOf(ClientClosedError);
  });
});

describe('readBody: media types', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'application/json; charset = utf8',
    'application/json; charset= utf-8',
    'application/json ; odata=verbose',
    'Application/JSON',
    'application/vnd.api+json',
    'application/problem+json; charset=utf-8',
  ])('takes %s', async (type) => {
    expect((await read(['{}'], { 'content-type': type })).toString()).toBe('{}');
  });

  it.each([
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=json',
    'application/jsonp',
    'application/json-seq',
    'application/json, text/plain',
    'application/json; charset=latin1',
    'application/json; charset="iso-8859-1"',
    'application/json;charset=utf-16',
    'application/json; charset=utf-8859',
    '',
  ])('refuses %j', async (type) => {
    await expect(read(['{}'], { 'content-type': type })).rejects.toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    });
  });

  it('takes a body without a type', async () => {
    expect((await read(['{}'])).toString()).toBe('{}');
  });
});

describe('readBody: encodings', () => {
  it.each(['identity', 'Identity'])('takes %s', async (encoding) => {
    expect((await read(['{}'], { 'content-encoding': encoding })).toString()).toBe('{}');
  });

  it.each(['gzip', 'br', 'deflate, gzip', 'zstd'])('refuses %s', async (encoding) => {
    await expect(read(['{}'], { 'content-encoding': encoding })).rejects.toThrow(
      'The request body must not be compressed.',
    );
  });
});
