import { describe, expect, it } from '@jest/globals';
import type { Verdict } from './client.ts';
import { type Observations, type Remains, findingsOf } from './findings.ts';

const REMAINS: Remains = { gauges: [], heap: 50, sockets: 20, timers: 0 };

const WELL: Observations = {
  verdicts: new Map<Verdict, number>([
    ['right', 80],
    ['error', 20],
    ['left', 500],
  ]),
  wrong: [],
  complaints: '',
  before: REMAINS,
  middle: REMAINS,
  end: REMAINS,
};

describe('a soak', () => {
  it('finds nothing where all is well', () => {
    expect(findingsOf(WELL)).toStrictEqual([]);
  });

  it.each<[string, Partial<Observations>, string]>([
    ['that asked nothing', { verdicts: new Map() }, 'nothing was answered'],
    ['whose clients all left', { verdicts: new Map([['left', 9]]) }, 'nothing was answered'],
    [
      'that saw errors only',
      { verdicts: new Map([['error', 9]]) },
      'only 0 of 9 answers are right, not 8',
    ],
    ['that saw a lie', { wrong: ['?'] }, 'an answer that is neither right nor an error: ?'],
    [
      'that left a request running',
      { end: { ...REMAINS, gauges: ['active 1'] } },
      'a gauge is off zero: active 1',
    ],
    ['that left sockets open', { end: { ...REMAINS, sockets: 23 } }, '23 sockets are left open'],
    ['that left timers', { end: { ...REMAINS, timers: 11 } }, '11 timers are left'],
    [
      'that left memory behind',
      { end: { ...REMAINS, heap: 61 } },
      'the heap has grown from 50 to 61 MB',
    ],
    [
      'that left listeners behind',
      { complaints: '(node:1) MaxListenersExceededWarning: …\n' },
      'the proxy complained: (node:1) MaxListenersExceededWarning: …',
    ],
  ])('%s says so', (_what, observations, finding) => {
    expect(findingsOf({ ...WELL, ...observations })).toStrictEqual([finding]);
  });
});
