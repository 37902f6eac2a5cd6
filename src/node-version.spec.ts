import { describe, expect, it, jest } from '@jest/globals';
import { requireCurrentNode } from './node-version.js';

describe('requireCurrentNode', () => {
  function runOn(version: string): { exit: jest.Mock; written: string } {
    const exit = jest.fn();
    const written: string[] = [];
    jest.spyOn(process, 'exit').mockImplementation(exit as unknown as typeof process.exit);
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    requireCurrentNode(version);
    return { exit, written: written.join('') };
  }

  it.each(['24.0.0', '24.21.0', '26.1.0', '100.0.0'])('lets Node.js %s through', (version) => {
    const { exit, written } = runOn(version);

    expect(exit).not.toHaveBeenCalled();
    expect(written).toBe('');
  });

  it('lets the Node.js through that runs this test', () => {
    expect(() => {
      requireCurrentNode();
    }).not.toThrow();
  });

  it.each(['20.19.0', '23.11.1', '9.0.0'])('stops on Node.js %s and says why', (version) => {
    const { exit, written } = runOn(version);

    expect(exit).toHaveBeenCalledWith(1);
    expect(written).toMatch(/needs Node\.js 24 or later; this is v\d.*npm start/);
    expect(written).toContain(`v${version}`);
  });
});
