import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';
import {
  HttpException,
  InternalServerErrorException,
  Logger,
  NotFoundException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ModelNotFoundError, UpstreamTimeoutError } from '../errors/index.js';
import { ErrorFilter } from './error.filter.js';
import { RequestContext, attachContext } from './request-context.js';
import { RouteTable } from './route-table.js';

const ROUTES = new RouteTable([
  { template: '/chat', method: 'POST', paths: ['/chat'], counted: true },
  { template: '/models', method: 'GET', paths: ['/models'], counted: true },
]);

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
  readonly context: RequestContext;
  /** What the log was told. */
  readonly logged: unknown[];
}

function answer(exception: unknown, { method = 'GET', path = '/' } = {}): Answer {
  const request = Object.assign(new IncomingMessage(new Socket()), { method, path });
  const context = new RequestContext('id', method, path, '/', 0);
  attachContext(request, context);
  const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  const written: { status: number; headers: Record<string, string>; text: string } = {
    status: 0,
    headers: {},
    text: '',
  };
  const response = {
    headersSent: false,
    writeHead: (status: number, headers: Record<string, string>): void => {
      Object.assign(written, { status, headers });
    },
    end: (bytes: Uint8Array): void => {
      written.text = Buffer.from(bytes).toString();
    },
  };

  new ErrorFilter(ROUTES).catch(exception, new ExecutionContextHost([request, response]));

  const { status, headers, text } = written;
  return {
    status,
    headers,
    body: JSON.parse(text),
    context,
    logged: log.mock.calls.map(([line]): unknown => line),
  };
}

describe('ErrorFilter', () => {
  it.each([new ModelNotFoundError('m'), new UpstreamTimeoutError('total')])(
    'sends a typed error as it is: %s',
    (error) => {
      const { status, body, context, logged } = answer(error);

      expect(status).toBe(error.status);
      expect(body).toStrictEqual(error.toBody());
      expect(context.error).toBe(error);
      expect(logged).toStrictEqual([]);
    },
  );

  it('says of an unknown path that it is unknown', () => {
    const unknown = answer(new NotFoundException('Cannot GET /x'), { path: '/x' });

    expect(unknown).toMatchObject({
      status: 404,
      body: { error: { code: 'unknown_url', message: 'Unknown request URL: GET /x.' } },
    });
  });

  it.each([
    ['GET', '/chat', 'POST'],
    ['GET', '/chat/', 'POST'],
    ['HEAD', '/chat', 'POST'],
    ['DELETE', '/models', 'GET, HEAD'],
  ])('says of %s %s which methods that path takes', (method, path, allow) => {
    const refused = answer(new NotFoundException(), { method, path });

    expect(refused).toMatchObject({
      status: 405,
      headers: { allow },
      body: { error: { code: 'method_not_allowed' } },
    });
  });

  it.each<[HttpException, number]>([
    [new HttpException('URI malformed: /secret', 400), 400],
    [new HttpException({ message: 'inside' }, 413), 413],
  ])("keeps the status of Nest's own refusal, and not its words: %s", (exception, status) => {
    const refused = answer(exception);

    expect(refused.status).toBe(status);
    expect(refused.body).toStrictEqual({
      error: {
        message: 'The request is malformed.',
        type: 'invalid_request_error',
        param: null,
        code: 'malformed_request',
      },
    });
  });

  it.each([
    new TypeError('inside'),
    new InternalServerErrorException('inside'),
    new ServiceUnavailableException('inside'),
    'inside',
    undefined,
  ])('tells nothing of a bug to the client, and all to the log: %s', (exception) => {
    const failed = answer(exception);

    expect(failed.status).toBe(500);
    expect(failed.body).toStrictEqual({
      error: {
        message: 'The proxy failed to process the request.',
        type: 'server_error',
        param: null,
        code: 'internal_error',
      },
    });
    expect(failed.logged).toStrictEqual([
      { msg: 'internal error', requestId: 'id', err: exception },
    ]);
    expect(failed.context.error).toMatchObject({ code: 'internal_error' });
  });
});
