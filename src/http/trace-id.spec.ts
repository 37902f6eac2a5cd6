import { describe, expect, it } from '@jest/globals';
import { traceIdFrom } from './trace-id.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('traceIdFrom', () => {
  it.each([
    ['sampled', `00-${TRACE}-${SPAN}-01`],
    ['not sampled', `00-${TRACE}-${SPAN}-00`],
    ['of a later version', `01-${TRACE}-${SPAN}-01-more`],
  ])('finds the trace of a client whose own is %s', (_name, header) => {
    expect(traceIdFrom(header)).toBe(TRACE);
  });

  it.each([
    ['no header', undefined],
    ['several', [`00-${TRACE}-${SPAN}-01`]],
    ['an unknown version', `ff-${TRACE}-${SPAN}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a parent of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['any other text', 'my secret prompt'],
  ])('finds none in %s', (_name, header) => {
    expect(traceIdFrom(header)).toBeUndefined();
  });
});
