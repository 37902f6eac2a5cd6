import { describe, expect, it } from '@jest/globals';
import { OutputBatch } from './output-batch.js';

const SOURCE = Buffer.from('abcdefgh');

describe('OutputBatch', () => {
  it('is empty until something is added, and again when it was taken', () => {
    const batch = new OutputBatch();
    expect(batch.isEmpty).toBe(true);

    batch.append(SOURCE);
    expect(batch.isEmpty).toBe(false);

    batch.take();
    expect(batch.isEmpty).toBe(true);
  });

  it('hands ranges that follow each other out as one view of their source', () => {
    const batch = new OutputBatch();

    batch.append(SOURCE, 1, 3);
    batch.append(SOURCE, 3, 6);

    const taken = batch.take();
    expect(Buffer.from(taken).toString()).toBe('bcdef');
    expect(taken.buffer).toBe(SOURCE.buffer);
    expect(taken.byteOffset).toBe(SOURCE.byteOffset + 1);
  });

  it('joins ranges with a gap between them, and other bytes, in order', () => {
    const batch = new OutputBatch();

    batch.append(SOURCE, 0, 2);
    batch.append(SOURCE, 4, 6);
    batch.append(Buffer.from('XY'));
    batch.append(SOURCE, 6);

    expect(Buffer.from(batch.take()).toString()).toBe('abefXYgh');
  });

  it('does not take another source of the same bytes for the same', () => {
    const batch = new OutputBatch();

    batch.append(Buffer.from('abcd'), 0, 2);
    batch.append(Buffer.from('ABCD'), 2, 4);

    expect(Buffer.from(batch.take()).toString()).toBe('abCD');
  });

  it('begins anew after a take', () => {
    const batch = new OutputBatch();
    batch.append(SOURCE, 0, 2);
    batch.take();

    batch.append(SOURCE, 2, 4);

    expect(Buffer.from(batch.take()).toString()).toBe('cd');
  });
});
