import { formatPath, isMapping, type DocumentPath } from '../document-path.js';
import { expandText, ExpansionError, type Environment } from './expand-text.js';

/** A mistake at one place of the document. */
export interface DocumentProblem {
  readonly path: DocumentPath;
  readonly message: string;
  readonly remedy: string;
}

/** A YAML document whose strings have been expanded. */
export interface ExpandedDocument {
  readonly document: unknown;
  /** For each expanded string, by its formatted path: the variables whose values it holds. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly DocumentProblem[];
}

// An alias (`*name`) may repeat what repeats already: a file of a few lines can mean billions of
// values, or an endless one. No honest configuration comes near these.
const MAXIMUM_VALUES = 100_000;
const MAXIMUM_DEPTH = 100;

/**
 * Expands `${…}` in every string value of a parsed document, never in keys: what a variable holds
 * cannot change the structure. A key without a value (`null`) becomes `undefined`: not given. So
 * does a string that cannot be expanded, beside the problem.
 */
export function expandDocument(document: unknown, environment: Environment): ExpandedDocument {
  const variables = new Map<string, readonly string[]>();
  const problems: DocumentProblem[] = [];
  let values = 0;

  function expand(value: unknown, path: DocumentPath): unknown {
    values += 1;
    if (values > MAXIMUM_VALUES || path.length > MAXIMUM_DEPTH) {
      throw new TooManyValues();
    }
    if (typeof value === 'string') {
      return expandString(value, path);
    }
    if (Array.isArray(value)) {
      return value.map((item: unknown, index) => expand(item, [...path, index]));
    }
    if (!isMapping(value)) {
      return value;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        item === null ? undefined : expand(item, [...path, key]),
      ]),
    );
  }

  function expandString(value: string, path: DocumentPath): string | undefined {
    try {
      const expanded = expandText(value, environment);
      if (expanded.variables.length > 0) {
        variables.set(formatPath(path), expanded.variables);
      }
      return expanded.text;
    } catch (error) {
      if (!(error instanceof ExpansionError)) {
        throw error;
      }
      problems.push({ path, message: error.message, remedy: error.remedy });
      return undefined;
    }
  }

  try {
    return { document: expand(document, []), variables, problems };
  } catch (error) {
    if (!(error instanceof TooManyValues)) {
      throw error;
    }
    const message = `holds more than ${MAXIMUM_VALUES} values, or more than ${MAXIMUM_DEPTH} levels`;
    const problem = { path: [], message, remedy: 'use fewer aliases (*name)' };
    return { document: undefined, variables, problems: [problem] };
  }
}

class TooManyValues extends Error {}
