import { describe, expect, it } from '@jest/globals';
import { environmentOfWorker, workerCount, workerNumberIn } from './worker-number.js';

describe('workerNumberIn', () => {
  it('reads what a worker is started with', () => {
    expect(workerNumberIn(environmentOfWorker(3))).toBe(3);
  });

  it.each([{}, { LLM_PROXY_WORKER: '' }, { LLM_PROXY_WORKER: '0' }, { LLM_PROXY_WORKER: 'x' }])(
    'takes any other process for none: %j',
    (environment) => {
      expect(workerNumberIn(environment)).toBeUndefined();
    },
  );
});

describe('workerCount', () => {
  it('is the number that is configured', () => {
    expect(workerCount(3, () => 8)).toBe(3);
  });

  it('is the number of cores when it is to be found out', () => {
    expect(workerCount('auto', () => 8)).toBe(8);
  });
});
