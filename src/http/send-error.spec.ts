import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';
import { InvalidApiKeyError, ModelNotFoundError } from '../errors/index.js';
import { sendError } from './send-error.js';

function respond(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

describe('sendError', () => {
  it("answers with the error's status, headers and body, beside headers set before", () => {
    const response = respond();
    const end = jest.spyOn(response, 'end');
    response.setHeader('x-request-id', 'id');

    sendError(response, new InvalidApiKeyError('Nö.'));

    const body = JSON.stringify({
      error: {
        message: 'Nö.',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_api_key',
      },
    });
    expect(response.statusCode).toBe(401);
    expect(end.mock.calls).toStrictEqual([[Buffer.from(body)]]);
    expect(response.getHeaders()).toMatchObject({
      'x-request-id': 'id',
      'www-authenticate': 'Bearer',
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    });
  });

  it('names the parameter at fault', () => {
    const response = respond();
    const end = jest.spyOn(response, 'end');

    sendError(response, new ModelNotFoundError('m'));

    expect(String(end.mock.calls.flat()[0])).toContain('"param":"model"');
  });

  it('cuts the connection when an answer has begun', () => {
    const response = respond();
    response.writeHead(200);
    const end = jest.spyOn(response, 'end');

    sendError(response, new ModelNotFoundError('m'));

    expect(response.destroyed).toBe(true);
    expect(end.mock.calls).toStrictEqual([]);
  });
});
