import { type Contender, DIRECT, type RunningServer } from './contender.ts';
import { startServer } from './server.ts';

/**
 * Starts the fake provider.
 * @param port - that it listens on; undefined: a free one
 */
export function startUpstream(
  core: number | undefined,
  port: number | undefined,
): Promise<RunningServer> {
  return startServer({
    name: 'the fake upstream',
    argsFor: () => [new URL('../programs/upstream.ts', import.meta.url).pathname],
    environmentFor: (own) => ({ PORT: String(own) }),
    core,
    port,
  });
}

/** No proxy: what is left of the time when there is none. The upstream outlives it: others need it. */
export function direct(upstream: RunningServer): Contender {
  const stop = (): Promise<void> => Promise.resolve();
  return { name: DIRECT, startedHere: true, start: () => Promise.resolve({ ...upstream, stop }) };
}
