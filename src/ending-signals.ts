const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** 128 and the signal's number, as shells report it. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

const EARLY = new Map(
  SIGNALS.map((signal) => [
    signal,
    () => {
      process.exit(EXIT_CODES[signal]);
    },
  ]),
);

/**
 * While nothing is served yet there is nothing to drain. To process 1 of a container a signal does
 * nothing by itself (pid_namespaces(7)): without this it would be lost.
 */
export function exitOnEarlySignal(): void {
  for (const [signal, exit] of EARLY) {
    process.on(signal, exit);
  }
}

/** From now on somebody else takes the signals. */
export function endEarlySignals(): void {
  for (const [signal, exit] of EARLY) {
    process.off(signal, exit);
  }
}

/** The first signal drains; whoever sends a second one does not want to wait. */
export function exitOnSecondSignal(): void {
  let received = false;
  endEarlySignals();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (received) {
        process.exit(EXIT_CODES[signal]);
      }
      received = true;
    });
  }
}
