import { describe, expect, it } from '@jest/globals';
import { Secret } from '../config/index.js';
import { MasterKey } from './master-key.js';

describe('MasterKey', () => {
  const key = new MasterKey(new Secret('sk-master-ü'));

  it('matches itself', () => {
    expect(key.matches('sk-master-ü')).toBe(true);
  });

  it.each(['', 'sk-master', 'sk-master-ü ', 'SK-MASTER-Ü', 'x', 'x'.repeat(10_000)])(
    'does not match %j',
    (candidate) => {
      expect(key.matches(candidate)).toBe(false);
    },
  );
});
