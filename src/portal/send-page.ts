import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PortalFile } from './portal-file.js';

/**
 * Sends a page. No cache keeps it: it shows the address that it was asked for under.
 *
 * @param policy - its Content-Security-Policy
 */
export function sendPage(response: ServerResponse, page: string, policy: string): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(page),
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  response.end(page);
}

/** Sends a file, or, to who has it already, word that it is still the same. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { contentType, etag, isCompressed, bytes }: PortalFile,
): void {
  // After an update of the proxy the same name has other bytes: caches must ask.
  const headers = { etag, 'cache-control': 'no-cache' };
  if (knows(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    'content-type': contentType,
    'content-length': bytes.byteLength,
    ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(bytes);
}

/** RFC 9110 section 13.1.2: weak comparison, of any of the tags. */
function knows(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(etag);
}
