import type { IncomingHttpHeaders } from 'node:http';
import type { RoutingConfig } from '../config/index.js';
import { type CompletionRequest, parseSpan } from './completion-request.js';

/** Longer keys are nobody's id, and would cost every request to read, characters. */
const MAX_KEY_LENGTH = 256;

/** The longest form of a character in JSON is `\u0061`, bytes; two quotes stand around them all. */
const MAX_USER_BYTES = 6 * MAX_KEY_LENGTH + 2;

/**
 * @param affinity - what requests that should go to the same provider have in common
 * @param headers - as Node gives them: their names are lower-case
 * @returns what this request has of that; undefined for nothing, or nothing fit to be a key
 */
export function affinityKey(
  affinity: RoutingConfig['affinity'],
  headers: IncomingHttpHeaders,
  request: CompletionRequest,
): string | undefined {
  switch (affinity.kind) {
    case 'none':
      return undefined;
    case 'user':
      return fit(readUser(request));
    case 'header':
      return fit(readHeader(headers[affinity.name.toLowerCase()]));
  }
}

function fit(key: string): string | undefined {
  return key === '' || key.length > MAX_KEY_LENGTH ? undefined : key;
}

/** A header that came more than once is one text by now, but for `set-cookie`, which is no key. */
function readHeader(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value.trim() : '';
}

function readUser({ bytes, userSpan }: CompletionRequest): string {
  return userSpan === undefined || userSpan.end - userSpan.start > MAX_USER_BYTES
    ? ''
    : String(parseSpan(bytes, userSpan));
}
