/** A place in the YAML document: keys and list indexes, from the top. */
export type DocumentPath = readonly (string | number)[];

const PLAIN_KEY = /^[\w-]+$/;

/**
 * @returns the path as people write it, such as `providers[1].weight`; keys with other characters
 * are quoted, so two different paths never look alike and none breaks a line.
 */
export function formatPath(path: DocumentPath): string {
  return path.reduce<string>((text, part) => text + formatPart(part, text === ''), '');
}

function formatPart(part: string | number, first: boolean): string {
  if (typeof part === 'number') {
    return `[${part}]`;
  }
  if (!PLAIN_KEY.test(part)) {
    return `[${JSON.stringify(part)}]`;
  }
  return first ? part : `.${part}`;
}

/** @returns the value at the path, or undefined where the document does not go that far. */
export function valueAt(document: unknown, path: DocumentPath): unknown {
  return path.reduce((value, part) => childOf(value, part), document);
}

function childOf(value: unknown, part: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, part)
    ? Reflect.get(value, part)
    : undefined;
}

/** A mapping of the document. */
export type Mapping = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns the providers as they are written, valid or not, for checks across providers. */
export function writtenProviders(document: unknown): readonly Mapping[] {
  const providers = valueAt(document, ['providers']);
  if (!Array.isArray(providers)) {
    return [];
  }
  return providers.map((provider: unknown) => (isMapping(provider) ? provider : {}));
}
