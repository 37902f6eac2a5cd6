import { SystemClock } from './clock/index.js';
import {
  type ConfigLoader,
  type ConfigObserver,
  ConfigReloader,
  LiveConfig,
  type ProxyConfig,
  keptSettingsOf,
} from './config/index.js';
import { PrimaryLog, isPretty } from './logging/index.js';
import { reloadOnHangUp } from './reload-signal.js';
import { exitOnSecondSignal } from './ending-signals.js';
import { startMessage } from './start-message.js';
import { environmentOfWorker } from './worker-number.js';
import { Supervisor, type SupervisorObserver, clusterWorkers } from './workers/index.js';

/** What a worker may need beside its drain to end: to flush answers and traces, ms. */
const STOP_MARGIN = 15_000;
/** As long as a timer can be, ms: only its being there counts. */
const LONG = 2 ** 31 - 1;

/**
 * Has workers serve. This process reads the configuration, takes the signals, writes what concerns
 * all, and replaces workers that end by themselves; it ends when they have.
 *
 * @param count - how many workers
 */
export async function serveWithWorkers(
  config: ProxyConfig,
  loader: ConfigLoader,
  count: number,
): Promise<void> {
  const clock = new SystemClock();
  const log = PrimaryLog.of(config);
  const live = new LiveConfig(config);
  const supervisor = new Supervisor({
    count,
    config: { files: loader.read, kept: keptSettingsOf(config) },
    startWorker: clusterWorkers(environmentOfWorker),
    observer: observerOf(config, count, log),
    stopPatience: () => {
      const { drainDelay, shutdownTimeout } = live.current.server;
      return drainDelay + shutdownTimeout + STOP_MARGIN;
    },
    clock,
  });
  const toWorkers: ConfigObserver = {
    configReloaded: () => {
      supervisor.reload(loader.read);
    },
    configRefused: () => {
      supervisor.reloadRefused();
    },
  };
  const observers = [log.configuration, toWorkers];
  const reloader = new ConfigReloader(live, loader, observers, clock);

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      reloader.stop();
      supervisor.stop();
    });
  }
  exitOnSecondSignal();
  reloadOnHangUp(() => {
    reloader.reload();
  });
  process.on('exit', () => {
    supervisor.kill();
  });
  // Workers that all end at once must not take this process, which replaces them, along.
  setInterval(() => undefined, LONG);

  supervisor.start();
  reloader.start();
  const { code, reason } = await supervisor.ended;
  if (reason !== undefined) {
    await new Promise((resolve) => process.stderr.write(`${reason}\n`, resolve));
  }
  process.exit(code);
}

function observerOf(config: ProxyConfig, count: number, log: PrimaryLog): SupervisorObserver {
  return {
    serving: (address) => {
      const message = startMessage(config, address, count);
      if (isPretty(config.logging.format)) {
        process.stdout.write(message.text);
      } else {
        log.listening(message.fields);
      }
      if (message.warning !== undefined) {
        log.warn(message.warning);
      }
    },
    workerLost: (lost) => {
      log.workerLost(lost);
    },
    workerReplaced: (worker, pid) => {
      log.workerReplaced(worker, pid);
    },
  };
}
