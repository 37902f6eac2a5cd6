import { isMapping } from '../../document-path.js';
import { accepted, refused, type Reading, type Refusal } from '../reading.js';
import { setting, type Setting } from '../setting.js';
import { readHeaderText } from './key-text.js';

/** A header to add, by its lower-cased name. */
export interface HeaderSetting {
  /** The name as the file has it, to find the place again. */
  readonly writtenName: string;
  readonly value: string;
}

// RFC 9110, 5.6.2: token.
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** Headers that frame the message or belong to one hop (RFC 9110, 7.6.1): the transport's own. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Request headers to add; one whose value is blank is left out, as for an unset variable. */
export function headers(): Setting<ReadonlyMap<string, HeaderSetting>> {
  return setting(
    { title: 'names to secret texts', type: 'object', additionalProperties: { type: 'string' } },
    readHeaders,
  );
}

function readHeaders(written: unknown): Reading<ReadonlyMap<string, HeaderSetting>> {
  if (!isMapping(written)) {
    return refused({ message: 'must be a mapping of header names to values' });
  }
  const result = new Map<string, HeaderSetting>();
  const seen = new Set<string>();
  const refusals: Refusal[] = [];
  for (const [key, given] of Object.entries(written)) {
    const name = key.toLowerCase();
    const refusal = checkName(name, seen);
    if (refusal !== undefined) {
      refusals.push({ ...refusal, key });
    }
    seen.add(name);
    const reading = readHeaderText(given ?? '');
    if (!reading.accepted) {
      refusals.push(...reading.refusals.map((item) => ({ ...item, key })));
    } else if (reading.value !== undefined) {
      result.set(name, { writtenName: key, value: reading.value });
    }
  }
  return refusals.length > 0 ? refused(...refusals) : accepted(result);
}

/** @returns whether a lower-cased name can be a header's (RFC 9110, 5.1) */
export function isHeaderName(name: string): boolean {
  return TOKEN.test(name);
}

function checkName(name: string, seen: ReadonlySet<string>): Refusal | undefined {
  if (!isHeaderName(name)) {
    return { message: 'is not a valid header name' };
  }
  if (OWN_HEADERS.has(name)) {
    return { message: 'is set by the proxy itself', remedy: 'remove it' };
  }
  if (seen.has(name)) {
    return { message: 'was given before', remedy: 'upper and lower case are the same' };
  }
  return undefined;
}
