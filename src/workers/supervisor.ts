import type { Clock, Timer } from '../clock/index.js';
import type { ConfigFiles } from '../config/index.js';
import { Gatherings } from './gatherings.js';
import type { FromWorker, ToWorker, WorkerConfig } from './messages.js';
import { primaryMetrics } from './primary-metrics.js';
import { RestartBackoff } from './restart-backoff.js';
import type { Ending, StartWorker, WorkerProcess } from './worker-process.js';

/** How long a worker may take until it serves, ms: many times what a busy machine needs. */
const START_PATIENCE = 60_000;

/** Where the workers are reached. */
export interface WorkersAddress {
  readonly address: string;
  readonly port: number;
}

/** A worker that ended by itself. */
export interface LostWorker {
  readonly worker: number;
  readonly pid: number | undefined;
  readonly ending: Ending;
  /** Why it could not serve, when it said so. */
  readonly reason: string | undefined;
  /** When another takes its place, ms from now. */
  readonly replacedIn: number;
}

/** Told of what the supervisor does. */
export interface SupervisorObserver {
  /** All workers serve, for the first time. */
  serving(address: WorkersAddress): void;
  workerLost(lost: LostWorker): void;
  workerReplaced(worker: number, pid: number | undefined): void;
}

export interface SupervisorOptions {
  /** How many workers. */
  readonly count: number;
  /** What they are to run at first. */
  readonly config: WorkerConfig;
  readonly startWorker: StartWorker;
  readonly observer: SupervisorObserver;
  /** Asked at the stop. @returns how long workers may take to drain and end, ms */
  readonly stopPatience: () => number;
  readonly clock: Clock;
}

/** How it all ended. */
export interface Outcome {
  /** The exit code. */
  readonly code: number;
  /** Why the workers could not serve at all, or which had to be killed, in words for people. */
  readonly reason?: string;
}

/** One of the workers: the process that now has its number. */
interface Place {
  readonly number: number;
  readonly backoff: RestartBackoff;
  process: WorkerProcess | undefined;
  /** When it began to serve, by the clock; undefined: it does not yet. */
  servingSince: number | undefined;
  reason: string | undefined;
  /** Until it must serve, or until another process takes its place. */
  timer: Timer | undefined;
}

/** Starts workers, replaces those that end by themselves, and ends when all have ended. */
export class Supervisor {
  /** Resolves when no worker is left and none will come. */
  readonly ended: Promise<Outcome>;
  readonly #places: readonly Place[];
  readonly #gatherings: Gatherings;
  readonly #startWorker: StartWorker;
  readonly #observer: SupervisorObserver;
  readonly #stopPatience: () => number;
  readonly #clock: Clock;
  #config: WorkerConfig;
  /** The port that is listened on, once one is. */
  #port: number | undefined;
  #end: (outcome: Outcome) => void = () => undefined;
  #phase: 'starting' | 'serving' | 'stopping' = 'starting';
  #outcome: Outcome = { code: 0 };
  #restarts = 0;

  constructor(options: SupervisorOptions) {
    const { count, config, startWorker, observer, stopPatience, clock } = options;
    this.#config = config;
    this.#startWorker = startWorker;
    this.#observer = observer;
    this.#stopPatience = stopPatience;
    this.#clock = clock;
    this.#gatherings = new Gatherings(clock);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#places = Array.from({ length: count }, (_, index) => ({
      number: index + 1,
      backoff: new RestartBackoff(),
      process: undefined,
      servingSince: undefined,
      reason: undefined,
      timer: undefined,
    }));
  }

  start(): void {
    for (const place of this.#places) {
      this.#fill(place);
    }
  }

  /** Has all workers take another configuration into use, and those that will replace them. */
  reload(files: ConfigFiles): void {
    this.#config = { ...this.#config, files };
    this.#tellAll({ type: 'reload', files });
  }

  reloadRefused(): void {
    this.#tellAll({ type: 'reload-refused' });
  }

  /**
   * Has all workers drain and end, and kills those that take too long; asked again, nothing more
   * happens.
   */
  stop(): void {
    if (this.#phase === 'stopping') {
      return;
    }
    this.#phase = 'stopping';
    this.#clearTimers();
    this.#tellAll({ type: 'stop' });
    const patience = this.#stopPatience();
    this.#clock.setTimer(patience, () => {
      this.#giveUp(patience);
    });
    this.#endWhenEmpty();
  }

  /** Ends all workers at once. */
  kill(): void {
    this.#phase = 'stopping';
    this.#clearTimers();
    for (const worker of this.#running) {
      worker.kill();
    }
  }

  /** Ends those that did not stop by themselves. */
  #giveUp(patience: number): void {
    const hung = this.#places.filter(({ process: worker }) => worker !== undefined);
    if (hung.length > 0) {
      const names = hung.map(({ number }) => `worker ${number}`).join(', ');
      const reason = `${names} did not end within ${patience / 1000} s of the stop, and had to be killed`;
      this.#outcome = { code: 1, reason };
      this.kill();
    }
  }

  get #running(): readonly WorkerProcess[] {
    return this.#places.flatMap(({ process: worker }) => (worker === undefined ? [] : [worker]));
  }

  #tellAll(message: ToWorker): void {
    for (const worker of this.#running) {
      worker.send(message);
    }
  }

  #clearTimers(): void {
    for (const { timer } of this.#places) {
      timer?.clear();
    }
  }

  #fill(place: Place): void {
    this.#keepPort();
    const worker = this.#startWorker(place.number);
    place.process = worker;
    place.timer = this.#clock.setTimer(START_PATIENCE, () => {
      place.reason = `worker ${place.number} did not serve within ${START_PATIENCE / 1000} s`;
      worker.kill();
    });
    worker.onMessage((message) => {
      this.#hear(place, worker, message);
    });
    worker.onEnd((ending) => {
      this.#lose(place, worker, ending);
    });
  }

  /**
   * Where the system chose the port, workers share what was asked for (0) as long as one of them is
   * there; after that it would choose another one.
   */
  #keepPort(): void {
    if (this.#running.length === 0 && this.#port !== undefined) {
      this.#config = { ...this.#config, kept: { ...this.#config.kept, port: this.#port } };
    }
  }

  #hear(place: Place, worker: WorkerProcess, message: FromWorker): void {
    switch (message.type) {
      case 'hello':
        worker.send(
          this.#phase === 'stopping' ? { type: 'stop' } : { type: 'start', config: this.#config },
        );
        break;
      case 'serving':
        this.#serves(place, worker, message);
        break;
      case 'failed':
        place.reason = message.reason;
        break;
      case 'collected':
        this.#gatherings.collected(worker, message.scrape, message.metrics);
        break;
      case 'gather':
        this.#gather(worker, message.scrape);
        break;
    }
  }

  #serves(place: Place, worker: WorkerProcess, { address, port }: WorkersAddress): void {
    place.timer?.clear();
    place.servingSince = this.#clock.now();
    if (this.#phase === 'serving') {
      this.#observer.workerReplaced(place.number, worker.pid);
    } else if (
      this.#phase === 'starting' &&
      this.#places.every(({ servingSince }) => servingSince !== undefined)
    ) {
      this.#phase = 'serving';
      this.#port = port;
      this.#observer.serving({ address, port });
    }
  }

  #gather(asker: WorkerProcess, scrape: number): void {
    const serving = this.#places.filter(({ servingSince }) => servingSince !== undefined);
    const asked = serving.flatMap(({ process: worker }) => (worker === undefined ? [] : [worker]));
    this.#gatherings.start(asked, (all) => {
      const own = primaryMetrics({ serving: asked.length, restarts: this.#restarts });
      // Last, so that a metric which workers have, too, is explained by their words.
      asker.send({ type: 'gathered', scrape, all: [...all, own] });
    });
  }

  #lose(place: Place, worker: WorkerProcess, ending: Ending): void {
    const { servingSince, reason } = place;
    place.timer?.clear();
    Object.assign(place, { process: undefined, servingSince: undefined, reason: undefined });
    this.#gatherings.ended(worker);
    switch (this.#phase) {
      case 'starting':
        this.#outcome = {
          code: 1,
          reason: reason ?? `worker ${place.number} ${describeEnding(ending)} before it served`,
        };
        this.kill();
        break;
      case 'serving': {
        const served = servingSince === undefined ? 0 : this.#clock.now() - servingSince;
        this.#replace(place, worker, ending, reason, served);
        break;
      }
      case 'stopping':
        // One that a signal to the whole group has caught before it served had nothing to drain.
        if (servingSince !== undefined && !isGood(ending) && this.#outcome.reason === undefined) {
          this.#outcome = { code: 1 };
        }
    }
    this.#endWhenEmpty();
  }

  #replace(
    place: Place,
    { pid }: WorkerProcess,
    ending: Ending,
    reason: string | undefined,
    served: number,
  ): void {
    this.#restarts += 1;
    const replacedIn = place.backoff.next(served);
    this.#observer.workerLost({ worker: place.number, pid, ending, reason, replacedIn });
    place.timer = this.#clock.setTimer(replacedIn, () => {
      this.#fill(place);
    });
  }

  #endWhenEmpty(): void {
    if (this.#phase === 'stopping' && this.#running.length === 0) {
      this.#end(this.#outcome);
    }
  }
}

/** @returns how it ended, in words that follow "worker 1" */
function describeEnding(ending: Ending): string {
  return 'code' in ending ? `ended with code ${ending.code}` : `was ended by ${ending.signal}`;
}

function isGood(ending: Ending): boolean {
  return 'code' in ending && ending.code === 0;
}
