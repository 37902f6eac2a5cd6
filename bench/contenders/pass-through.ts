import { BASE, type Contender } from './contender.ts';
import { startServer } from './server.ts';

/** The bare pass-through, which every figure is a ratio to. */
export function passThrough(upstream: string, core: number | undefined): Contender {
  return {
    name: BASE,
    startedHere: true,
    start: ({ observed }) =>
      startServer({
        name: BASE,
        argsFor: () => [new URL('../programs/pass-through.js', import.meta.url).pathname],
        environmentFor: (port) => ({ PORT: String(port), UPSTREAM: upstream }),
        core,
        observed,
      }),
  };
}
