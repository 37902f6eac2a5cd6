import type { Contender } from './contender.ts';
import { type RunningServer, startServer } from './server.ts';

/** Starts the fake provider. */
export function startUpstream(core: number | undefined): Promise<RunningServer> {
  return startServer({
    name: 'the fake upstream',
    args: [new URL('../programs/upstream.ts', import.meta.url).pathname],
    environmentFor: (port) => ({ PORT: String(port) }),
    core,
  });
}

/** No proxy: what is left of the time when there is none. */
export function direct(upstream: RunningServer): Contender {
  return { name: 'direct', start: () => Promise.resolve(upstream) };
}
