import { expect } from '@jest/globals';
import type { ClientResponse } from './client/client-response.js';

/** What tells one error from another. */
export interface ExpectedError {
  readonly status: number;
  readonly code: string;
  /** `invalid_request_error` below 500, `server_error` from there on, unless given. */
  readonly type?: string;
  /** `null` unless given. */
  readonly param?: string;
}

/** @returns what the body of such an error must equal, strictly */
export function errorBody({ status, code, type, param }: ExpectedError): object {
  return {
    error: {
      message: expect.stringMatching(/^\S.+\S$/),
      type: type ?? (status < 500 ? 'invalid_request_error' : 'server_error'),
      param: param ?? null,
      code,
    },
  };
}

/** Checks that an answer is this error: in OpenAI's format, with an id, and nothing of the inside. */
export function expectError(response: ClientResponse, expected: ExpectedError): void {
  expect(response.status).toBe(expected.status);
  expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(response.headers['content-length']).toBe(String(response.body.length));
  expect(response.headers['x-request-id']).toMatch(/^[\w.:/+=@-]{1,128}$/);
  expect(response.json()).toStrictEqual(errorBody(expected));
  expectNoInside(response.text);
}

/** Checks that a body shows nothing of the program, its machine or its providers' addresses. */
export function expectNoInside(text: string): void {
  expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules|node:|\.[tj]s\b|127\.0\.0\.1|localhost/);
  expect(text).not.toMatch(/ECONN|UND_ERR|undici|Exception|nestjs|express/i);
}
