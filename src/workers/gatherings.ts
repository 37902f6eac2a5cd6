import type { Clock, Timer } from '../clock/index.js';
import { foldCounts } from './fold-counts.js';
import type { MetricSnapshots } from './metric-snapshot.js';
import type { WorkerProcess } from './worker-process.js';

/** How long a worker may take to say what it has counted, ms; then its last word counts. */
const PATIENCE = 2000;

/** One question to all workers. */
interface Gathering {
  readonly silent: Set<WorkerProcess>;
  readonly timer: Timer;
  readonly done: () => void;
}

/**
 * Gathers what all workers have counted, and keeps what those had that have ended: a counter that
 * went backwards would look like a restart of the whole proxy.
 */
export class Gatherings {
  readonly #latest = new Map<WorkerProcess, MetricSnapshots>();
  readonly #open = new Map<number, Gathering>();
  #ended: MetricSnapshots = [];
  #number = 0;

  constructor(private readonly clock: Clock) {}

  /**
   * Asks these workers.
   *
   * @param done - gets what each of them has counted, and all that have ended together
   */
  start(workers: readonly WorkerProcess[], done: (all: readonly MetricSnapshots[]) => void): void {
    this.#number += 1;
    const scrape = this.#number;
    const finish = (): void => {
      this.#open.delete(scrape);
      timer.clear();
      done([this.#ended, ...this.#latest.values()]);
    };
    const timer = this.clock.setTimer(PATIENCE, finish);
    this.#open.set(scrape, { silent: new Set(workers), timer, done: finish });
    for (const worker of workers) {
      worker.send({ type: 'collect', scrape });
    }
  }

  collected(worker: WorkerProcess, scrape: number, metrics: MetricSnapshots): void {
    this.#latest.set(worker, metrics);
    const gathering = this.#open.get(scrape);
    if (gathering !== undefined) {
      heard(gathering, worker);
    }
  }

  /** It will not answer any more; what it had counted is kept as it last said. */
  ended(worker: WorkerProcess): void {
    this.#ended = foldCounts(this.#ended, this.#latest.get(worker) ?? []);
    this.#latest.delete(worker);
    for (const gathering of [...this.#open.values()]) {
      heard(gathering, worker);
    }
  }
}

function heard({ silent, done }: Gathering, worker: WorkerProcess): void {
  if (silent.delete(worker) && silent.size === 0) {
    done();
  }
}
