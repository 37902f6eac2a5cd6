import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { endEarlySignals, exitOnEarlySignal, exitOnSecondSignal } from './ending-signals.js';

describe('exitOnEarlySignal', () => {
  const exit = jest.fn();

  beforeEach(() => {
    exit.mockReset();
    jest.spyOn(process, 'exit').mockImplementation(exit as unknown as typeof process.exit);
  });

  afterEach(() => {
    endEarlySignals();
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once on %s, with the exit code %d', (signal, code) => {
    exitOnEarlySignal();

    process.emit(signal);

    expect(exit.mock.calls).toStrictEqual([[code]]);
  });

  it('leaves signals to the drain once something is served', () => {
    exitOnEarlySignal();
    endEarlySignals();

    expect(process.listenerCount('SIGTERM')).toBe(0);
  });
});

describe('exitOnSecondSignal', () => {
  const exit = jest.fn();
  let handlers: Map<string, () => void>;

  beforeEach(() => {
    exit.mockReset();
    handlers = new Map();
    jest.spyOn(process, 'exit').mockImplementation(exit as unknown as typeof process.exit);
    jest.spyOn(process, 'on').mockImplementation((event, handler) => {
      handlers.set(String(event), handler as () => void);
      return process;
    });
    exitOnSecondSignal();
  });

  function send(signal: string): void {
    handlers.get(signal)?.();
  }

  it.each(['SIGINT', 'SIGTERM'])('lets the first %s drain', (signal) => {
    send(signal);

    expect(exit).not.toHaveBeenCalled();
  });

  it.each([
    ['SIGINT', 'SIGINT', 130],
    ['SIGTERM', 'SIGTERM', 143],
    ['SIGTERM', 'SIGINT', 130],
    ['SIGINT', 'SIGTERM', 143],
  ])('ends at once when %s is followed by %s, with the exit code %d', (first, second, code) => {
    send(first);
    send(second);

    expect(exit.mock.calls).toStrictEqual([[code]]);
  });
});
