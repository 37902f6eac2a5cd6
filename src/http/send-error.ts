import type { ServerResponse } from 'node:http';
import type { ProxyError } from '../errors/index.js';

/**
 * Answers with an error in OpenAI's format. Once an answer has begun there is no honest way to add
 * one: the connection is cut then, so that the client cannot take it for a whole answer.
 */
export function sendError(response: ServerResponse, error: ProxyError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = Buffer.from(JSON.stringify(error.toBody()));
  response.writeHead(error.status, {
    ...error.headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.byteLength,
  });
  response.end(body);
}
