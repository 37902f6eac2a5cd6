import { type ConfigLoader, ConfigReloader, type TraceSettings, withKept } from './config/index.js';
import { endEarlySignals } from './ending-signals.js';
import { explainError } from './explain-error.js';
import { listen } from './listen.js';
import { WorkerLink } from './workers/index.js';

/**
 * Serves as one of several: with the configuration that the first process has read, until that one
 * says stop.
 *
 * @param number - which worker this is, from 1
 * @param traces - how requests are traced; undefined: they are not
 */
export async function serveAsWorker(
  number: number,
  loader: ConfigLoader,
  traces: TraceSettings | undefined,
): Promise<void> {
  const link = WorkerLink.open(number);
  endEarlySignals();
  try {
    await run(link, loader, traces);
  } catch (error) {
    // Told once, by the first process, however many workers cannot start.
    await link.failed(explainError(error));
    process.exit(1);
  }
}

async function run(
  link: WorkerLink,
  loader: ConfigLoader,
  traces: TraceSettings | undefined,
): Promise<void> {
  const [{ createApplication }, { ConfigMetrics, metricSnapshots }, { files, kept }] =
    await Promise.all([import('./application.js'), import('./metrics/index.js'), link.config]);
  loader.give(files);
  const config = withKept(loader.load(), kept);
  const app = await createApplication(config, { loader, worker: link, traces });
  await app.init();
  link.take({
    reload: (changed) => {
      loader.give(changed);
      app.get(ConfigReloader).reload();
    },
    reloadRefused: () => {
      app.get(ConfigMetrics).configRefused();
    },
    stop: () => app.close(),
    collect: metricSnapshots,
  });
  const { host, port } = config.server;
  link.serving(await listen(app.getHttpServer(), port, host));
}
