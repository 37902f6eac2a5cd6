/** RFC 9112 section 3.2.2: scheme, authority, and the rest as it was written. */
const ABSOLUTE_FORM = /^https?:\/\/[^/?#]+(.*)$/i;

/**
 * @param target - a request's target as it stands in the request line
 * @returns the same in origin form (RFC 9112 section 3.2.1), byte for byte; undefined for one that
 * names no resource of an HTTP server
 */
export function toOriginForm(target: string): string | undefined {
  return target.startsWith('/') ? withoutFragment(target) : fromAbsoluteForm(target);
}

/** @param target - in origin form. @returns its path, without the query */
export function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end === -1 ? target : target.slice(0, end);
}

function fromAbsoluteForm(target: string): string | undefined {
  const rest = ABSOLUTE_FORM.exec(target)?.[1];
  if (rest === undefined || !URL.canParse(target)) {
    return undefined;
  }
  return withoutFragment(rest.startsWith('/') ? rest : `/${rest}`);
}

/** A target has none, but some clients send it: it is no part of what they ask for. */
function withoutFragment(target: string): string {
  const end = target.indexOf('#');
  return end === -1 ? target : target.slice(0, end);
}
