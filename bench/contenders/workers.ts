import { setTimeout as wait } from 'node:timers/promises';
import { type Contender, ONE_WORKER, type RunningServer, TWO_WORKERS } from './contender.ts';
import { type LlmProxyOptions, llmProxy } from './llm-proxy.ts';

/** How long all workers may take to serve after one does, ms. */
const START_LIMIT = 20_000;
/** One scenario alone warms them, where other contenders have had several before the first round. */
const WARM_UPS = 3;
/** How often they are counted, ms. */
const COUNT_INTERVAL = 20;

/** This proxy as one process and as two, bound to no core: a second one is what is to be used. */
export function workerContenders(
  place: Pick<LlmProxyOptions, 'upstream' | 'directory' | 'answers'>,
): readonly Contender[] {
  return [
    { name: ONE_WORKER, workers: 1 },
    { name: TWO_WORKERS, workers: 2 },
  ].map(({ name, workers }) => {
    const proxy = llmProxy({ ...place, name, workers, core: undefined, profiles: undefined });
    return {
      name,
      startedHere: true,
      // Each sees its share of the requests.
      warmUps: WARM_UPS * workers,
      // Never observed: the observer would be in each process, and only the first can be asked.
      start: async () => {
        const server = await proxy.start({ observed: false });
        if (workers > 1) {
          await allServe(server, workers);
        }
        return server;
      },
    };
  });
}

/** The first worker answers for itself: the others may still be starting, and would get no connection. */
async function allServe({ name, url, headers }: RunningServer, workers: number): Promise<void> {
  const startedAt = performance.now();
  while ((await servingWorkers(url, headers)) !== workers) {
    if (performance.now() - startedAt > START_LIMIT) {
      throw new Error(`${name}: not all of ${workers} serve after ${START_LIMIT / 1000} s`);
    }
    await wait(COUNT_INTERVAL);
  }
}

async function servingWorkers(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers });
  const [, count] = /^llm_proxy_workers (\d+)$/m.exec(await response.text()) ?? [];
  return Number(count);
}
