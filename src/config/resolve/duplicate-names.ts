import { formatPath, writtenProviders, type DocumentPath } from '../document-path.js';

export interface DuplicateName {
  readonly path: DocumentPath;
  readonly message: string;
  readonly remedy: string;
}

/** @returns a problem for each provider whose name an earlier one has: logs could not tell them apart */
export function findDuplicateNames(document: unknown): readonly DuplicateName[] {
  const first = new Map<string, number>();
  const problems: DuplicateName[] = [];
  for (const [index, { name }] of writtenProviders(document).entries()) {
    if (typeof name !== 'string') {
      continue;
    }
    const earlier = first.get(name.trim());
    if (earlier === undefined) {
      first.set(name.trim(), index);
      continue;
    }
    problems.push({
      path: ['providers', index, 'name'],
      message: `is the name of ${formatPath(['providers', earlier])} too`,
      remedy: 'give each provider its own name',
    });
  }
  return problems;
}
