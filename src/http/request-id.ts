import { randomUUID } from 'node:crypto';

/** What a client's own id may look like: nothing that could break a log line or a header. */
const ACCEPTABLE = /^[\w.:/+=@-]{1,128}$/;

/** @returns the client's `x-request-id` when it is fit to be repeated, else a new UUID */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && ACCEPTABLE.test(header) ? header : randomUUID();
}
