import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pino from 'pino';
import { LineBatch, type LineSink } from './line-batch.js';

/** Remembers what it was told to write, each piece of its own. */
class RecordingSink implements LineSink {
  readonly written: string[] = [];
  readonly flushSync = jest.fn<() => void>();

  write(text: string): void {
    this.written.push(text);
  }
}

function prepare(limit = 100): { batch: LineBatch; sink: RecordingSink } {
  const sink = new RecordingSink();
  return { batch: new LineBatch(sink, limit), sink };
}

describe('LineBatch', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('hands lines on together, a moment after the first of them', () => {
    const { batch, sink } = prepare();

    batch.write('one\n');
    jest.advanceTimersByTime(49);
    batch.write('two\n');
    expect(sink.written).toStrictEqual([]);
    jest.advanceTimersByTime(1);

    expect(sink.written).toStrictEqual(['one\ntwo\n']);
  });

  it('gathers anew after that', () => {
    const { batch, sink } = prepare();
    batch.write('one\n');
    jest.advanceTimersByTime(50);

    batch.write('two\n');
    jest.advanceTimersByTime(50);

    expect(sink.written).toStrictEqual(['one\n', 'two\n']);
  });

  it('leaves nothing running when there is nothing to write', () => {
    const { batch } = prepare();
    batch.write('one\n');
    jest.advanceTimersByTime(50);

    expect(jest.getTimerCount()).toBe(0);
  });

  it('hands on no more in one piece than the limit allows, counted in bytes', () => {
    const { batch, sink } = prepare(8);

    batch.write('ä\n');
    batch.write('ö\n');
    batch.write('ü\n');
    expect(sink.written).toStrictEqual(['ä\nö\n']);

    jest.advanceTimersByTime(50);
    expect(sink.written).toStrictEqual(['ä\nö\n', 'ü\n']);
  });

  it('hands on a line that is longer than that by itself', () => {
    const { batch, sink } = prepare(8);

    batch.write('one\n');
    batch.write('a long line\n');
    batch.write('two\n');
    jest.advanceTimersByTime(50);

    expect(sink.written).toStrictEqual(['one\n', 'a long line\n', 'two\n']);
  });

  it('writes at once what it has when it is told to', () => {
    const { batch, sink } = prepare();
    batch.write('one\n');

    batch.flushSync();

    expect(sink.written).toStrictEqual(['one\n']);
    expect(sink.flushSync).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leaves its sink alone then when it has nothing: that may be closed', () => {
    const { batch, sink } = prepare();

    batch.flushSync();

    expect(sink.written).toStrictEqual([]);
    expect(sink.flushSync).not.toHaveBeenCalled();
  });
});

describe('LineBatch over a SonicBoom', () => {
  const folder = mkdtempSync(join(tmpdir(), 'llm-proxy-lines-'));

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('has all written, whatever comes while it is busy writing', async () => {
    const file = join(folder, 'log');
    const maxWrite = 4096;
    const destination = pino.destination({ dest: file, sync: false, maxWrite });
    const batch = new LineBatch(destination, maxWrite);
    const lines = Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(400)}`);
    await once(destination, 'ready');

    for (const line of lines) {
      batch.write(`${line}\n`);
    }
    while (linesIn(file).length < lines.length) {
      await once(destination, 'write');
    }

    expect(linesIn(file)).toStrictEqual(lines);
    destination.end();
    await once(destination, 'close');
  });
});

function linesIn(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}
