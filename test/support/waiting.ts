import { setImmediate } from 'node:timers/promises';

/** How long `waitFor` tries before it gives up, ms. */
const PATIENCE = 10_000;

/** Turns of the event loop without a change after which everything counts as quiet. */
const QUIET_TURNS = 300;

/**
 * Lets the event loop turn: after two turns all sockets of this process have read what had been
 * sent to them before.
 */
export async function turns(count = 2): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await setImmediate();
  }
}

/**
 * Waits, turn by turn, for a condition that no event announces.
 *
 * @param what - ends the sentence "gave up waiting until …"
 * @throws Error when it does not come true within ten seconds
 */
export async function waitFor(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!condition()) {
    if (performance.now() > deadline) {
      throw new Error(`gave up waiting until ${what}`);
    }
    await setImmediate();
  }
}

/** Waits until `measure` has given the same number for many turns: nothing moves any more. */
export async function untilQuiet(measure: () => number): Promise<void> {
  let last = measure();
  for (let turn = 0; turn < QUIET_TURNS; turn += 1) {
    await setImmediate();
    const current = measure();
    if (current !== last) {
      last = current;
      turn = 0;
    }
  }
}
