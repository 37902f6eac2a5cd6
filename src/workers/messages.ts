import type { ConfigFiles, KeptSettings } from '../config/index.js';
import type { MetricSnapshots } from './metric-snapshot.js';

/** What a worker is to run. */
export interface WorkerConfig {
  readonly files: ConfigFiles;
  /** What stays as it was at the start, whatever the files say. */
  readonly kept: KeptSettings;
}

/** What a worker is told by the process that started it. */
export type ToWorker =
  | { readonly type: 'start'; readonly config: WorkerConfig }
  /** Take this into use: it has been read, and it is right. */
  | { readonly type: 'reload'; readonly files: ConfigFiles }
  /** The files hold something that is not right: say so in the metrics. */
  | { readonly type: 'reload-refused' }
  /** Drain, and end. */
  | { readonly type: 'stop' }
  /** Say what you have counted. */
  | { readonly type: 'collect'; readonly scrape: number }
  /** Here is what all have counted. */
  | {
      readonly type: 'gathered';
      readonly scrape: number;
      readonly all: readonly MetricSnapshots[];
    };

/** What a worker tells the process that started it. */
export type FromWorker =
  /** It can be spoken to. */
  | { readonly type: 'hello' }
  | { readonly type: 'serving'; readonly address: string; readonly port: number }
  /** It cannot serve, for this reason, in words for people; it ends. */
  | { readonly type: 'failed'; readonly reason: string }
  /** What it has counted. */
  | { readonly type: 'collected'; readonly scrape: number; readonly metrics: MetricSnapshots }
  /** It was asked for what all have counted; `scrape` is its own number for that. */
  | { readonly type: 'gather'; readonly scrape: number };
