import { describe, expect, it, jest } from '@jest/globals';
import { LabelledHandles } from './labelled-handles.js';

describe('LabelledHandles', () => {
  const labels = jest.fn((values: object) => ({ values }));

  it('asks the metric for each set of labels once', () => {
    labels.mockClear();
    const handles = new LabelledHandles<'a' | 'b', { values: object }>({ labels }, ['a', 'b']);

    const first = handles.of('1', '2');
    const again = handles.of('1', '2');
    const other = handles.of('12', '');

    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(labels.mock.calls).toStrictEqual([[{ a: '1', b: '2' }], [{ a: '12', b: '' }]]);
  });

  it('leaves no label out', () => {
    const handles = new LabelledHandles<'a' | 'b', { values: object }>({ labels }, ['a', 'b']);

    expect(handles.of('1').values).toStrictEqual({ a: '1', b: '' });
  });
});
