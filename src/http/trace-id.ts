/** W3C Trace Context, section 3.2: version, trace id, parent id, flags; ids of zeros are none. */
const TRACEPARENT =
  /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-.*)?$/;

/** @returns the id of the client's trace, from its `traceparent`; undefined where that is none */
export function traceIdFrom(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? TRACEPARENT.exec(header)?.[1] : undefined;
}
