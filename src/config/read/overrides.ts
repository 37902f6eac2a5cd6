import { formatPath, isMapping, type DocumentPath } from '../document-path.js';
import type { Environment } from './expand-text.js';

/** An environment variable that replaces one setting of the file. */
export interface Override {
  readonly variable: string;
  readonly path: DocumentPath;
}

export const OVERRIDES: readonly Override[] = [
  { variable: 'HOST', path: ['server', 'host'] },
  { variable: 'PORT', path: ['server', 'port'] },
  { variable: 'VERIFY_SSL', path: ['verify_ssl'] },
  { variable: 'LOG_LEVEL', path: ['logging', 'level'] },
];

/** A document in which variables have replaced settings. */
export interface OverriddenDocument {
  readonly document: unknown;
  /** The variable that replaced a setting, by the setting's formatted path. */
  readonly overridden: ReadonlyMap<string, string>;
}

/** Applies {@link OVERRIDES}. A variable that is unset or blank changes nothing. */
export function applyOverrides(document: unknown, environment: Environment): OverriddenDocument {
  const overridden = new Map<string, string>();
  let result = document;
  for (const { variable, path } of OVERRIDES) {
    const value = environment[variable]?.trim() ?? '';
    if (value === '') {
      continue;
    }
    result = replaceAt(result, path, value);
    overridden.set(formatPath(path), variable);
  }
  return { document: result, overridden };
}

/** Leaves a document alone whose shape is wrong: the schema says so better. */
function replaceAt(document: unknown, path: DocumentPath, value: string): unknown {
  const [key, ...rest] = path;
  if (key === undefined) {
    return value;
  }
  if (document !== undefined && !isMapping(document)) {
    return document;
  }
  return { ...document, [key]: replaceAt(document?.[key], rest, value) };
}
