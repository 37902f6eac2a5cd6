import type { Contender } from './contender.ts';
import { startServer } from './server.ts';

/** The bare pass-through, which every figure is a ratio to. */
export function passThrough(upstream: string, core: number | undefined): Contender {
  return {
    name: 'pass-through',
    start: () =>
      startServer({
        name: 'the bare pass-through',
        args: [new URL('../programs/pass-through.js', import.meta.url).pathname],
        environmentFor: (port) => ({ PORT: String(port), UPSTREAM: upstream }),
        core,
      }),
  };
}
