import { describe, expect, it, jest } from '@jest/globals';
import { type Labels, LabelledHandles } from './labelled-handles.js';

type Label = 'a' | 'b';

function prepare(): {
  handles: LabelledHandles<Label, { labels: Labels<Label>; settle: () => void }>;
  made: Labels<Label>[];
  settle: jest.Mock<() => void>;
} {
  const made: Labels<Label>[] = [];
  const settle = jest.fn<() => void>();
  const handles = new LabelledHandles<Label, { labels: Labels<Label>; settle: () => void }>(
    ['a', 'b'],
    (labels) => {
      made.push(labels);
      return { labels, settle };
    },
  );
  return { handles, made, settle };
}

describe('LabelledHandles', () => {
  it('makes a handle for each set of labels once', () => {
    const { handles, made } = prepare();

    const first = handles.of('1', '2');
    const again = handles.of('1', '2');
    const other = handles.of('12', '');

    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(made).toStrictEqual([
      { a: '1', b: '2' },
      { a: '12', b: '' },
    ]);
  });

  it('leaves no label out', () => {
    expect(prepare().handles.of('1').labels).toStrictEqual({ a: '1', b: '' });
  });

  it('settles all handles', () => {
    const { handles, settle } = prepare();
    handles.of('1', '2');
    handles.of('3', '4');

    handles.settle();

    expect(settle).toHaveBeenCalledTimes(2);
  });
});
