import { parseArgs } from 'node:util';
import {
  ConfigError,
  ConfigLoader,
  ConfigReloader,
  configJsonSchema,
  configReference,
  describeConfig,
} from './config/index.js';
import { reloadOnHangUp } from './reload-signal.js';
import { exitOnSecondSignal } from './second-signal.js';
import { listen } from './listen.js';
import { startMessage } from './start-message.js';

type Environment = Readonly<Record<string, string | undefined>>;

const USAGE = `Usage: node dist/main.js [--check-config [FILE] | --print-schema | --print-settings]

  (no option)            serve; the file is CONFIG_PATH, config.yaml or config/config.yaml
  --check-config [FILE]  check a configuration and print what would run, without keys
  --print-schema         print the JSON schema of the file, for editors
  --print-settings       print every setting with its default, as Markdown
  --help                 print this
`;

/**
 * config → app → listen; the drain follows a signal (HttpModule).
 *
 * @param args - what stands behind `node dist/main.js`
 */
export async function runCommandLine(
  args: readonly string[],
  environment: Environment,
): Promise<void> {
  try {
    const task = readTask(args);
    if (task.kind === 'serve') {
      await serve(loaderOf(environment));
    } else {
      process.stdout.write(`${print(task, environment)}\n`);
    }
  } catch (error) {
    await new Promise((resolve) => process.stderr.write(`${explain(error)}\n`, resolve));
    // What has begun, such as the question to a provider for its models, must not hold the end up.
    process.exit(1);
  }
}

/** The command was written wrongly; the message says how to write it. */
class UsageError extends Error {}

/** What the command line asks for. */
type Task = { readonly kind: 'serve' } | PrintingTask;

type PrintingTask =
  | { readonly kind: 'help' | 'print-schema' | 'print-settings' }
  | { readonly kind: 'check-config'; readonly file: string | undefined };

/** Tasks that print something and end; of several the first is done. */
const PRINTING = ['help', 'check-config', 'print-schema', 'print-settings'] as const;

function readTask(args: readonly string[]): Task {
  const { values, positionals } = parseArguments(args);
  const kind = PRINTING.find((option) => values[option] === true) ?? 'serve';
  const [file, surplus] = positionals;
  if (surplus !== undefined || (file !== undefined && kind !== 'check-config')) {
    throw new UsageError(`Unexpected argument '${surplus ?? file ?? ''}'.\n${USAGE}`);
  }
  return kind === 'check-config' ? { kind, file } : { kind };
}

function print(task: PrintingTask, environment: Environment): string {
  switch (task.kind) {
    case 'help':
      return USAGE.trimEnd();
    case 'check-config':
      return describeConfig(loaderOf(environment, task.file).load());
    case 'print-schema':
      return JSON.stringify(configJsonSchema(), undefined, 2);
    case 'print-settings':
      return configReference();
  }
}

function parseArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'check-config': { type: 'boolean' },
        'print-schema': { type: 'boolean' },
        'print-settings': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(`${Error.isError(error) ? error.message : ''}\n${USAGE}`);
  }
}

function loaderOf(environment: Environment, file?: string): ConfigLoader {
  return new ConfigLoader({
    environment,
    workingDirectory: process.cwd(),
    ...(file === undefined ? {} : { file }),
  });
}

async function serve(loader: ConfigLoader): Promise<void> {
  const config = loader.load();
  const { host, port } = config.server;
  // Loaded only now: a mistake in the configuration is told sooner without Nest.
  const [{ createApplication }, { NestLogger, isPretty }] = await Promise.all([
    import('./application.js'),
    import('./logging/index.js'),
  ]);
  const app = await createApplication(config, { loader });
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
  if (config.server.masterApiKey === undefined) {
    logger.warn('server.master_api_key is blank: whoever reaches this address may use it');
  }
}

/** What the system's refusals to listen mean to whoever starts the proxy. */
const LISTEN_REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; choose another with PORT or server.port',
  EACCES: 'the port is not allowed to this user; choose one above 1023 with PORT or server.port',
  EADDRNOTAVAIL: 'this machine has no such address; set HOST or server.host to 0.0.0.0',
  ENOTFOUND: 'the host name is unknown; set HOST or server.host to an address of this machine',
};

interface SystemError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) {
    return error.format();
  }
  if (error instanceof UsageError) {
    return error.message;
  }
  if (!Error.isError(error)) {
    return String(error);
  }
  const { code, address, port, syscall, hostname }: SystemError = error;
  const remedy = LISTEN_REMEDIES[code ?? ''];
  if ((syscall === 'listen' || syscall === 'getaddrinfo') && remedy !== undefined) {
    const place = [address ?? hostname, port].filter((part) => part !== undefined).join(':');
    return `cannot listen on ${place}: ${remedy}`;
  }
  return error.stack ?? error.message;
}
