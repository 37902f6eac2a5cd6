import cluster, { type Worker } from 'node:cluster';
import type { ConfigFiles } from '../config/index.js';
import type { FromWorker, ToWorker, WorkerConfig } from './messages.js';
import type { WorkersAddress } from './supervisor.js';
import type { MetricSnapshots } from './metric-snapshot.js';

/** What a worker does when it is told to. */
export interface WorkerTasks {
  reload(files: ConfigFiles): void;
  reloadRefused(): void;
  /** Drains; the process ends when it has. */
  stop(): Promise<void>;
  /** Says what it has counted. */
  collect(): Promise<MetricSnapshots>;
}

/** The signals that the process which started the workers answers for all of them. */
const COMMON_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A worker's line to the process that started it. When that one ends, so does the worker. */
export class WorkerLink {
  /** What it is to run. */
  readonly config: Promise<WorkerConfig>;
  readonly #gathered = new Map<number, (all: readonly MetricSnapshots[]) => void>();
  #tasks: WorkerTasks | undefined;
  /** What it was told to change before it could. */
  #missed: ConfigFiles | undefined;
  #start: (config: WorkerConfig) => void = () => undefined;
  #scrape = 0;

  /** @param number - which worker this is, from 1 */
  constructor(
    readonly number: number,
    private readonly worker: Worker,
  ) {
    // Ctrl-C and some service managers send signals to all processes: here they would count twice.
    for (const signal of COMMON_SIGNALS) {
      process.on(signal, () => undefined);
    }
    this.config = new Promise((resolve) => {
      this.#start = resolve;
    });
    worker.on('message', (message: ToWorker) => {
      void this.#hear(message);
    });
    this.#tell({ type: 'hello' });
  }

  /** @throws Error in a process that was not started as a worker */
  static open(number: number): WorkerLink {
    if (cluster.worker === undefined) {
      throw new Error('this process was not started as a worker; unset LLM_PROXY_WORKER');
    }
    return new WorkerLink(number, cluster.worker);
  }

  /** From now on this worker can do what it is told. */
  take(tasks: WorkerTasks): void {
    this.#tasks = tasks;
    if (this.#missed !== undefined) {
      tasks.reload(this.#missed);
    }
  }

  serving({ address, port }: WorkersAddress): void {
    this.#tell({ type: 'serving', address, port });
  }

  /** @returns when it has been told: the process may end */
  failed(reason: string): Promise<void> {
    return new Promise((resolve) => {
      this.worker.process.send({ type: 'failed', reason }, () => {
        resolve();
      });
    });
  }

  /** @returns what each process of the proxy has counted */
  gather(): Promise<readonly MetricSnapshots[]> {
    this.#scrape += 1;
    const scrape = this.#scrape;
    return new Promise((resolve) => {
      this.#gathered.set(scrape, resolve);
      this.#tell({ type: 'gather', scrape });
    });
  }

  #tell(message: FromWorker): void {
    this.worker.send(message);
  }

  async #hear(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'start':
        this.#start(message.config);
        break;
      case 'reload':
        this.#missed = message.files;
        this.#tasks?.reload(message.files);
        break;
      case 'reload-refused':
        this.#tasks?.reloadRefused();
        break;
      case 'collect':
        this.#tell({
          type: 'collected',
          scrape: message.scrape,
          metrics: (await this.#tasks?.collect()) ?? [],
        });
        break;
      case 'gathered':
        this.#gathered.get(message.scrape)?.(message.all);
        this.#gathered.delete(message.scrape);
        break;
      case 'stop':
        await this.#tasks?.stop();
        process.exit(0);
    }
  }
}
