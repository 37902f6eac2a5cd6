import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSnapshot, UNREADABLE } from './file-snapshot.js';

describe('FileSnapshot', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'llm-proxy-snapshot-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('gives the text of a file, and keeps a digest of it', () => {
    const path = join(directory, 'a');
    writeFileSync(path, 'KEY=sk-secret');
    const files = new FileSnapshot();

    expect(files.read(path)).toBe('KEY=sk-secret');
    // As `printf KEY=sk-secret | sha256sum` has it.
    expect([...files.digests]).toStrictEqual([
      [path, '83c49f5a5d18fdada891631b78aab545d2ec8378afcbbeccc2664d62d87ac4ad'],
    ]);
  });

  it('remembers files that cannot be read, and those that are not there', () => {
    const files = new FileSnapshot();

    expect(() => files.read(directory)).toThrow('EISDIR');
    files.miss(join(directory, 'none'));

    expect([...files.digests]).toStrictEqual([
      [directory, UNREADABLE],
      [join(directory, 'none'), UNREADABLE],
    ]);
  });
});
