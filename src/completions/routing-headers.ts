import type { RequestContext } from '../http/index.js';

/** @returns who answered or was asked last, for which of the client's models, after how many attempts */
export function routingHeaders(context: RequestContext): Readonly<Record<string, string>> {
  const { provider, servedModel, model, attemptCount } = context;
  return {
    'x-llm-proxy-provider': encoded(provider ?? ''),
    'x-llm-proxy-model': encoded(servedModel ?? model ?? ''),
    'x-llm-proxy-attempts': String(attemptCount),
  };
}

/** A header holds visible ASCII (RFC 9110 section 5.5); a model's name may hold anything. */
function encoded(name: string): string {
  return /^[\x21-\x7e]*$/.test(name) ? name : encodeURIComponent(name);
}
