import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { countObjects } from './heap-snapshot.ts';

/** A process of its own: that of the tests may hold more than a string can. */
const PROGRAM = `
  class Telltale {}
  globalThis.alive = [new Telltale(), new Telltale(), new Telltale()];
  require('node:v8').writeHeapSnapshot(process.argv[1]);
`;

describe('a heap snapshot', () => {
  it('tells how many objects of a class are alive', () => {
    const directory = mkdtempSync(join(tmpdir(), 'heap-snapshot-'));
    const file = join(directory, 'one.heapsnapshot');
    spawnSync(process.execPath, ['-e', PROGRAM, file]);

    const count = countObjects(file, 'Telltale');
    rmSync(directory, { recursive: true });

    expect(count).toBe(3);
  });
});
