import type { IncomingHttpHeaders } from 'node:http';
import type { CompletionRequest } from './completion-request.js';
import type { Endpoint } from './endpoints.js';

/** A request that has been read, and where it came in. */
export interface IncomingCompletion {
  readonly endpoint: Endpoint;
  readonly request: CompletionRequest;
  readonly headers: IncomingHttpHeaders;
}
