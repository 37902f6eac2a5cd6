import type { IncomingHttpHeaders } from 'node:http';

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * @returns the key a client sent, as `Authorization: Bearer` (RFC 6750 section 2.1) or, as
 * Anthropic's clients do, as `x-api-key`; undefined when it sent none
 */
export function clientKeyFrom(headers: IncomingHttpHeaders): string | undefined {
  const bearer = headers.authorization === undefined ? null : BEARER.exec(headers.authorization);
  const key = bearer?.[1] ?? headers['x-api-key'];
  return typeof key === 'string' && key !== '' ? key : undefined;
}
