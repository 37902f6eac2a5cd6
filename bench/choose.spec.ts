import { describe, expect, it } from '@jest/globals';
import { type Limits, choose } from './choose.ts';
import { QUICK, scenarios } from './scenarios/catalogue.ts';

const ALL = scenarios(QUICK);
const PLENTY: Limits = { openFiles: 100_000, cores: 2 };
const FEW_FILES: Limits = { ...PLENTY, openFiles: 4096 };
const ONE_CORE: Limits = { ...PLENTY, cores: 1 };

describe('the choice of scenarios', () => {
  it('is all of them unless some are named', () => {
    expect(choose(ALL, undefined, PLENTY).chosen).toStrictEqual(ALL);
  });

  it('is those that are named', () => {
    const { chosen } = choose(ALL, ['streams', 'json-1'], PLENTY);

    expect(chosen.map(({ name }) => name)).toStrictEqual(['json-1', 'streams']);
  });

  it('refuses a name that is not known, and lists those that are', () => {
    expect(() => choose(ALL, ['jsn-1'], PLENTY)).toThrow(
      /^no scenario is named jsn-1; there are json-1, json-rate, /,
    );
  });

  it('leaves out what needs more sockets than a process may have, and says so', () => {
    const { chosen, leftOut } = choose(ALL, ['slow', 'slow-5000'], FEW_FILES);

    expect(chosen.map(({ name }) => name)).toStrictEqual(['slow']);
    expect(leftOut).toStrictEqual([
      'slow-5000 needs 10200 open files a process, and may have 4096: raise the limit (ulimit -Hn) to run it',
    ]);
  });

  it('leaves out what needs a second core where there is one, and says so', () => {
    const { chosen, leftOut } = choose(ALL, ['json-32', 'workers'], ONE_CORE);

    expect(chosen.map(({ name }) => name)).toStrictEqual(['json-32']);
    expect(leftOut).toStrictEqual([
      'workers needs two cores, and there is one: a second worker has nothing to run on',
    ]);
  });

  it('refuses to run nothing', () => {
    expect(() => choose(ALL, ['slow-5000'], FEW_FILES)).toThrow('slow-5000 needs 10200 open files');
  });
});

describe('the scenarios', () => {
  it('have names of their own', () => {
    const names = ALL.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
  });
});
