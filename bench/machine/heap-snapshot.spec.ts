import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';
import { describe, expect, it } from '@jest/globals';
import { countObjects } from './heap-snapshot.ts';

class Telltale {
  readonly id = Symbol('telltale');
}

describe('a heap snapshot', () => {
  it('tells how many objects of a class are alive', () => {
    const directory = mkdtempSync(join(tmpdir(), 'heap-snapshot-'));
    const alive = Array.from({ length: 3 }, () => new Telltale());
    const file = writeHeapSnapshot(join(directory, 'one.heapsnapshot'));

    const count = countObjects(file, 'Telltale');
    rmSync(directory, { recursive: true });

    expect(count).toBe(alive.length);
  });
});
