import { isatty } from 'node:tty';

const STANDARD_STREAMS = [0, 1, 2] as const;

/**
 * SIGHUP reloads the configuration, as it does with other servers. The same signal comes when the
 * terminal is closed that the proxy was started from: then it ends, drained, as on SIGTERM.
 *
 * @param hasTerminal - whether there is a terminal now
 */
export function reloadOnHangUp(
  reload: () => void,
  hasTerminal: () => boolean = () => STANDARD_STREAMS.some(isatty),
): void {
  const hadTerminal = hasTerminal();
  let isEnding = false;
  process.on('SIGHUP', () => {
    if (!hadTerminal || hasTerminal()) {
      reload();
    } else if (!isEnding) {
      // The system and the shell may both tell; a second SIGTERM would end all at once.
      isEnding = true;
      process.kill(process.pid, 'SIGTERM');
    }
  });
}
