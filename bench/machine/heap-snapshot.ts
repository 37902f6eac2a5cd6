import { readFileSync } from 'node:fs';

/** As much of V8's format as is read here. */
interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
    };
  };
  /** The nodes' fields, one node after the other. */
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/**
 * @param file - written by Node, with --heapsnapshot-signal for one
 * @returns how many objects of a class are alive
 */
export function countObjects(file: string, className: string): number {
  const { snapshot, nodes, strings } = parse(readFileSync(file, 'utf8'));
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const typeOf = fields.indexOf('type');
  const nameOf = fields.indexOf('name');
  let count = 0;
  for (let node = 0; node < nodes.length; node += fields.length) {
    const isObject = types[0][nodes[node + typeOf] ?? -1] === 'object';
    count += isObject && strings[nodes[node + nameOf] ?? -1] === className ? 1 : 0;
  }
  return count;
}

/** @throws TypeError for what is no snapshot */
function parse(text: string): HeapSnapshot {
  const value: unknown = JSON.parse(text);
  if (!isHeapSnapshot(value)) {
    throw new TypeError('this is no heap snapshot');
  }
  return value;
}

function isHeapSnapshot(value: unknown): value is HeapSnapshot {
  return typeof value === 'object' && value !== null && 'snapshot' in value && 'nodes' in value;
}
