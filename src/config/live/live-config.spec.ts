import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../parse-config.js';
import { LiveConfig } from './live-config.js';

const ONE = parseConfig('providers: [{name: one, type: demo}]');
const TWO = parseConfig('providers: [{name: two, type: demo}]');

describe('LiveConfig', () => {
  it('holds the latest configuration', () => {
    const live = new LiveConfig(ONE);
    expect(live.current).toBe(ONE);

    live.replace(TWO);

    expect(live.current).toBe(TWO);
  });

  it('lets all make ready first, then changes, then tells who listens', () => {
    const live = new LiveConfig(ONE);
    const steps: string[] = [];
    const note = (step: string): void => {
      steps.push(`${step} at ${live.current === ONE ? 'one' : 'two'}`);
    };
    live.onChange((current, previous) => {
      note(`told ${String(current === TWO && previous === ONE)}`);
    });
    for (const name of ['a', 'b']) {
      live.beforeChange((next) => {
        note(`${name} ready ${String(next === TWO)}`);
        return () => {
          note(`${name} done`);
        };
      });
    }

    live.replace(TWO);

    expect(steps).toStrictEqual([
      'a ready true at one',
      'b ready true at one',
      'a done at two',
      'b done at two',
      'told true at two',
    ]);
  });

  it('changes nothing for anybody when one cannot make ready', () => {
    const live = new LiveConfig(ONE);
    const done: string[] = [];
    live.beforeChange(() => () => done.push('committed'));
    live.beforeChange(() => {
      throw new Error('cannot');
    });
    live.onChange(() => done.push('told'));

    expect(() => {
      live.replace(TWO);
    }).toThrow('cannot');

    expect(live.current).toBe(ONE);
    expect(done).toStrictEqual([]);
  });
});
