import {
  type ProxyError,
  type RefusalDetails,
  UpstreamAuthError,
  UpstreamRefusalError,
} from '../../errors/index.js';
import { type AttemptOutcome, outcomeOfStatus } from '../../providers/index.js';
import { withoutSecrets } from './redaction.js';

const AUTH_STATUSES: ReadonlySet<number> = new Set([401, 403]);

/** What the words of a provider's error say about its status, first match first. */
const STATUS_WORDS: readonly (readonly [pattern: RegExp, status: number])[] = [
  [/rate_?limit|too_many|quota/i, 429],
  [/auth|permission|api_key/i, 401],
  [/overloaded|unavailable/i, 503],
  [/timeout/i, 504],
  [/not_found/i, 404],
  [/invalid_request|context_length|content_filter|bad_request/i, 400],
];

/**
 * Makes a real refusal of an error that a provider sent under a good status, as the body of a 200
 * or as an event of a stream.
 *
 * @param json - the provider's `error` value, as it came
 * @param secrets - words that a provider may repeat from our request, and nobody may see
 */
export function refusalFrom(json: string, secrets: readonly string[] = []): ProxyError {
  const error: unknown = JSON.parse(json);
  if (!isObject(error)) {
    return new UpstreamRefusalError(502, { message: withoutSecrets(String(error), secrets) });
  }
  const code = textField(error, 'code');
  const type = textField(error, 'type');
  const status =
    statusField(error, 'code') ?? statusField(error, 'status') ?? statusFromWords(code, type);
  return AUTH_STATUSES.has(status)
    ? new UpstreamAuthError()
    : new UpstreamRefusalError(status, detailsOf(error, secrets));
}

/**
 * Makes an error of a refusal that would have gone out as it is, had the stream not begun already.
 *
 * @param body - the refusal's JSON
 */
export function lateRefusalFrom(status: number, body: Uint8Array): ProxyError {
  const parsed: unknown = JSON.parse(Buffer.from(body).toString());
  const error: unknown = isObject(parsed) ? Reflect.get(parsed, 'error') : undefined;
  return new UpstreamRefusalError(status, detailsOf(isObject(error) ? error : {}, []));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** @returns what a refusal under a good status says of the attempt: what a real one would */
export function outcomeOfRefusal(refusal: ProxyError): AttemptOutcome {
  return refusal instanceof UpstreamAuthError
    ? 'credentials_refused'
    : outcomeOfStatus(refusal.status);
}

function detailsOf(error: object, secrets: readonly string[]): RefusalDetails {
  const clean = (name: string): string | undefined => {
    const text = textField(error, name);
    return text === undefined ? undefined : withoutSecrets(text, secrets);
  };
  return {
    message: clean('message') ?? 'The provider refused the request.',
    type: clean('type'),
    param: clean('param'),
    code: clean('code'),
  };
}

function statusFromWords(code: string | undefined, type: string | undefined): number {
  const words = `${code ?? ''} ${type ?? ''}`;
  return STATUS_WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? 502;
}

function statusField(error: object, name: string): number | undefined {
  const status = Number(textField(error, name));
  return Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined;
}

function textField(error: object, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
