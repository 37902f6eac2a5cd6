/** What one endpoint is: a row of data, not a copy of code. */
export interface Endpoint {
  /** Its name in labels, logs and links. */
  readonly template: string;
  /** What it does, in the words of OpenTelemetry (`gen_ai.operation.name`). */
  readonly operation: 'chat' | 'text_completion' | 'embeddings';
  /** Where clients find it. */
  readonly paths: readonly [string, ...string[]];
  /** Where it is below a provider's base address. */
  readonly upstreamPath: string;
  /** Whether its answers can be streams, which may be asked for their usage. */
  readonly streams: boolean;
}

/** All endpoints that pass a request on to a provider. One row makes an endpoint. */
export const ENDPOINTS: readonly Endpoint[] = [
  endpoint('/chat/completions', { operation: 'chat', streams: true }),
  endpoint('/completions', { operation: 'text_completion', streams: true }),
  endpoint('/embeddings', { operation: 'embeddings', streams: false }),
];

/** Every endpoint answers with and without `/v1`: clients differ in what they call the base. */
function endpoint(path: string, traits: Pick<Endpoint, 'operation' | 'streams'>): Endpoint {
  const template = `/v1${path}`;
  return { template, paths: [template, path], upstreamPath: path, ...traits };
}

/**
 * @param template - an endpoint's name
 * @throws Error when there is none of that name: a fault in the wiring
 */
export function endpointNamed(template: string | undefined): Endpoint {
  const found = ENDPOINTS.find((candidate) => candidate.template === template);
  if (found === undefined) {
    throw new Error(`no endpoint is named ${template ?? 'nothing'}`);
  }
  return found;
}
