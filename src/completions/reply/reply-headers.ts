import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** Headers of a provider that say something to the client, under the name they reach it by. */
const KEPT: ReadonlyMap<string, string> = new Map([
  ['retry-after', 'retry-after'],
  ['retry-after-ms', 'retry-after-ms'],
  ['x-should-retry', 'x-should-retry'],
  // Ids by which a provider finds a request again. `x-request-id` itself is ours.
  ['x-request-id', 'x-upstream-request-id'],
  ['request-id', 'request-id'],
  ['apim-request-id', 'apim-request-id'],
  ['cf-ray', 'cf-ray'],
]);
const KEPT_PREFIXES: readonly string[] = ['x-ratelimit-', 'openai-'];

/**
 * @param secrets - words that a provider may repeat from our request, and nobody may see
 * @returns the provider's headers that are worth keeping; all others end here
 */
export function replyHeaders(
  headers: IncomingHttpHeaders,
  secrets: readonly string[] = [],
): OutgoingHttpHeaders {
  const kept: OutgoingHttpHeaders = {};
  for (const name in headers) {
    const keptName =
      KEPT.get(name) ??
      (KEPT_PREFIXES.some((prefix) => name.startsWith(prefix)) ? name : undefined);
    const value = headers[name];
    if (keptName !== undefined && value !== undefined && !tells(value, secrets)) {
      kept[keptName] = value;
    }
  }
  return kept;
}

function tells(value: string | readonly string[], secrets: readonly string[]): boolean {
  return secrets.some((secret) => [value].flat().some((line) => line.includes(secret)));
}
