/** 128 and the signal's number, as shells report it. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** The first signal drains; whoever sends a second one does not want to wait. */
export function exitOnSecondSignal(): void {
  let received = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (received) {
        process.exit(EXIT_CODES[signal]);
      }
      received = true;
    });
  }
}
