import { describe, expect, it } from '@jest/globals';
import { modelNamesFrom } from './model-names.js';

describe('modelNamesFrom', () => {
  it('reads the ids of a list', () => {
    const body = { object: 'list', data: [{ id: 'b', object: 'model' }, { id: 'a' }] };

    expect(modelNamesFrom(body)).toStrictEqual(['b', 'a']);
  });

  it('leaves out what has no id', () => {
    const data = [null, 'a', {}, { id: 1 }, { id: 'b' }, []];

    expect(modelNamesFrom({ data })).toStrictEqual(['b']);
  });

  it.each([undefined, null, 'text', [], {}, { data: {} }, { data: 'a' }])('refuses %j', (body) => {
    expect(() => modelNamesFrom(body)).toThrow(TypeError);
  });
});
