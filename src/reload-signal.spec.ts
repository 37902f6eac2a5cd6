import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { reloadOnHangUp } from './reload-signal.js';

describe('reloadOnHangUp', () => {
  const reload = jest.fn();
  const kill = jest.fn((): true => true);
  let hangUp: () => void;

  beforeEach(() => {
    reload.mockReset();
    kill.mockClear();
    jest.spyOn(process, 'kill').mockImplementation(kill);
    jest.spyOn(process, 'on').mockImplementation((_event, handler) => {
      hangUp = handler as () => void;
      return process;
    });
  });

  it('reloads, each time', () => {
    reloadOnHangUp(reload, () => false);

    hangUp();
    hangUp();

    expect(reload).toHaveBeenCalledTimes(2);
    expect(kill).not.toHaveBeenCalled();
  });

  it('reloads on a terminal that is still there', () => {
    reloadOnHangUp(reload, () => true);

    hangUp();

    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('ends the proxy, once, when its terminal was closed', () => {
    let hasTerminal = true;
    reloadOnHangUp(reload, () => hasTerminal);
    hasTerminal = false;

    hangUp();
    hangUp();

    expect(kill.mock.calls).toStrictEqual([[process.pid, 'SIGTERM']]);
    expect(reload).not.toHaveBeenCalled();
  });
});
