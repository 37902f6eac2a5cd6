import { isMapping, valueAt, writtenProviders, type DocumentPath } from '../document-path.js';
import { nearest } from '../schema/nearest.js';

export interface LostFallback {
  readonly path: DocumentPath;
  readonly message: string;
  readonly remedy: string;
  readonly showsValue: boolean;
}

/** @returns a problem for each model to fall back to that no provider serves */
export function findLostFallbacks(document: unknown): readonly LostFallback[] {
  const mappings = writtenProviders(document).map((provider) => provider['model_mapping'] ?? {});
  const names = mappings.flatMap((mapping) => (isMapping(mapping) ? Object.keys(mapping) : []));
  return ['fallbacks', 'context_fallbacks'].flatMap((key) =>
    targetsAt(document, key)
      .filter(({ target }) => !mappings.some((mapping) => serves(mapping, target)))
      .map(({ path, target }) => ({ path, ...explain(target, names) })),
  );
}

interface Target {
  readonly path: DocumentPath;
  readonly target: string;
}

function targetsAt(document: unknown, key: string): readonly Target[] {
  const fallbacks = valueAt(document, [key]);
  return Object.entries(isMapping(fallbacks) ? fallbacks : {}).flatMap(([model, targets]) =>
    (Array.isArray(targets) ? targets : []).flatMap((target: unknown, index) =>
      // What has no good form at all is the schema's to say.
      typeof target === 'string' && !target.endsWith('*') && target.trim() !== ''
        ? [{ path: [key, model, index], target: target.trim() }]
        : [],
    ),
  );
}

/** A mapping that is none is another check's; here it is given the benefit of the doubt. */
function serves(mapping: unknown, model: string): boolean {
  const names = isMapping(mapping) ? Object.keys(mapping) : [];
  return (
    names.length === 0 ||
    names.some((name) =>
      name.endsWith('*') ? model.startsWith(name.slice(0, -1)) : name === model,
    )
  );
}

function explain(target: string, names: readonly string[]): Omit<LostFallback, 'path'> {
  const meant = nearest(
    target,
    names.filter((name) => !name.endsWith('*')),
  );
  return {
    message: 'must be a model that some provider serves',
    remedy:
      meant === undefined
        ? "add it to a provider's model_mapping, or remove it here"
        : `did you mean ${meant}?`,
    showsValue: true,
  };
}
