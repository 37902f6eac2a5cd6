import type { Traffic } from '../traffic/traffic.ts';

/** One thing that is measured, in every round, of every contender. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /**
   * - `traffic`: on processes that run through all rounds and are warm
   * - `start`: how a process starts; no traffic
   * - `hold`: traffic on a process that was just started, whose memory is watched
   * - `aborts`: the same, whose clients leave; what stays in memory afterwards
   * - `workers`: as `traffic`, of this proxy alone, as one process and as two; it goes last, when
   *   all other proxies have ended
   */
  readonly kind: 'traffic' | 'start' | 'hold' | 'aborts' | 'workers';
  /** Whether it is measured without a proxy, too, so that this can be taken off. */
  readonly withDirect: boolean;
  readonly traffic: Traffic;
  /** What goes there at the same time; times are those of `traffic`. */
  readonly besides: readonly Traffic[];
  /** What a process that was just started gets to know before it is measured. */
  readonly familiar?: Traffic;
  readonly watchesEventLoop: boolean;
  /** In how many rounds at most it is measured. */
  readonly rounds: number;
}
