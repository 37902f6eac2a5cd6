import type { RunningServer } from './server.ts';

export type ContenderName = 'direct' | 'pass-through' | 'llm-proxy';

/** Something that stands between the load generator and the upstream, or nothing at all. */
export interface Contender {
  readonly name: ContenderName;
  start(): Promise<RunningServer>;
}
