import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LineBatch, type LineSink } from './line-batch.js';

/** Remembers what it was told to write, each write of its own. */
class RecordingSink implements LineSink {
  readonly written: string[] = [];
  readonly writtenAtOnce: string[] = [];
  #waiting = '';

  write(text: string): void {
    this.#waiting += text;
  }

  flush(): void {
    this.written.push(this.#take());
  }

  flushSync(): void {
    this.writtenAtOnce.push(this.#take());
  }

  #take(): string {
    const text = this.#waiting;
    this.#waiting = '';
    return text;
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

    expect(sink.writtenAtOnce).toStrictEqual(['one\n']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leaves its sink alone then when it has nothing: that may be closed', () => {
    const { batch, sink } = prepare();

    batch.flushSync();

    expect(sink.writtenAtOnce).toStrictEqual([]);
  });
});
