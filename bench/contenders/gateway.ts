import type { Contender } from './contender.ts';
import { ask, bearer } from './server.ts';

/** Any other gateway, which runs already: as `--gateway` describes it. */
export interface Gateway {
  readonly name: string;
  /** What `/v1/chat/completions` is put behind. */
  readonly url: string;
  readonly key: string | undefined;
  /** Its process, or the parent of its processes; undefined: no CPU and no memory of it. */
  readonly pid: number | undefined;
  /** What is sent beside the key. */
  readonly headers: Readonly<Record<string, string>>;
}

export function gatewayContender({ name, url, key, pid, headers }: Gateway): Contender {
  const sent = { ...(key === undefined ? {} : bearer(key)), ...headers };
  return {
    name,
    startedHere: false,
    start: async () => {
      const status = await ask(url, sent);
      if (status !== 200) {
        throw new Error(
          `${name} at ${url} ${status === undefined ? 'does not listen' : `answers with status ${status}`}`,
        );
      }
      const stop = (): Promise<void> => Promise.resolve();
      return { name, url, headers: sent, pid, startTime: 0, observer: undefined, stop };
    },
  };
}
