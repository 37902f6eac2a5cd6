import type { IncomingHttpHeaders } from 'node:http';

/** A host name or an address, and perhaps a port: nothing that means anything in HTML or a shell. */
const HOST = /^(?:[a-z0-9_][a-z0-9_.-]*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
/** A host name may have 253 characters (RFC 1035 section 2.3.4), a port six with its colon. */
const MAX_HOST_LENGTH = 259;
const PREFIX = /^(?:\/[a-z0-9._~-]+)+$/i;
const MAX_PREFIX_LENGTH = 256;

/**
 * Works out under which address a client reaches the proxy, perhaps through others that say so in
 * `x-forwarded-proto`, `-host` and `-prefix`. These headers are anybody's words: what is not plainly a
 * scheme, a host or a path is passed over.
 *
 * @param localPort - the port that the request came in on, for when nothing says more
 * @returns an URL without a slash at its end
 */
export function publicAddress(headers: IncomingHttpHeaders, localPort: number): string {
  const scheme =
    firstOf(headers['x-forwarded-proto'])?.toLowerCase() === 'https' ? 'https' : 'http';
  const host = [firstOf(headers['x-forwarded-host']), headers.host].find(isHost);
  const prefix = firstOf(headers['x-forwarded-prefix'])?.replace(/\/$/, '') ?? '';
  const isPath = PREFIX.test(prefix) && prefix.length <= MAX_PREFIX_LENGTH;
  return `${scheme}://${host ?? `localhost:${localPort}`}${isPath ? prefix : ''}`;
}

/** Each proxy on the way may add its own word behind those of the ones before it. */
function firstOf(header: string | readonly string[] | undefined): string | undefined {
  return String(header ?? '')
    .split(',')[0]
    ?.trim();
}

function isHost(text: string | undefined): boolean {
  return text !== undefined && text.length <= MAX_HOST_LENGTH && HOST.test(text);
}
