import {
  type ConfigLoader,
  ConfigReloader,
  type ProxyConfig,
  type TraceSettings,
  traceSettings,
} from './config/index.js';
import { listen } from './listen.js';
import { reloadOnHangUp } from './reload-signal.js';
import { exitOnSecondSignal } from './ending-signals.js';
import { startMessage } from './start-message.js';
import { workerCount, workerNumberIn } from './worker-number.js';

/**
 * Serves, in this process or in workers; the end follows a signal.
 *
 * @throws ConfigError, or the system's error when the address cannot be had
 */
export async function serve(
  loader: ConfigLoader,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const number = workerNumberIn(environment);
  const traces = traceSettings(environment);
  if (number !== undefined) {
    const { serveAsWorker } = await import('./serve-as-worker.js');
    await serveAsWorker(number, loader, traces);
    return;
  }
  const config = loader.load();
  const count = workerCount(config.server.workers);
  if (count === 1) {
    await serveAlone(config, loader, traces);
  } else {
    const { serveWithWorkers } = await import('./serve-with-workers.js');
    await serveWithWorkers(config, loader, count);
  }
}

/** config → app → listen; the drain follows a signal (HttpModule). */
async function serveAlone(
  config: ProxyConfig,
  loader: ConfigLoader,
  traces: TraceSettings | undefined,
): Promise<void> {
  const { host, port } = config.server;
  // Loaded only now: a mistake in the configuration is told sooner without Nest.
  const [{ createApplication }, { NestLogger, isPretty }] = await Promise.all([
    import('./application.js'),
    import('./logging/index.js'),
  ]);
  const app = await createApplication(config, { loader, traces });
  app.enableShutdownHooks(['SIGINT', 'SIGTERM'], { useProcessExit: true });
  exitOnSecondSignal();
  reloadOnHangUp(() => {
    app.get(ConfigReloader).reload();
  });
  await app.init();
  const address = await listen(app.getHttpServer(), port, host);

  const logger = app.get(NestLogger);
  const message = startMessage(config, address);
  if (isPretty(config.logging.format)) {
    process.stdout.write(message.text);
  } else {
    logger.log({ msg: 'llm-proxy is listening', ...message.fields });
  }
  if (message.warning !== undefined) {
    logger.warn(message.warning);
  }
}
