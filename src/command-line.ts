import { parseArgs } from 'node:util';
import { createApplication } from './application.js';
import { ConfigError, type ProxyConfig, describeConfig, loadConfig } from './config/index.js';
import { NestLogger, isPretty } from './logging/index.js';
import { exitOnSecondSignal } from './second-signal.js';
import { listen } from './listen.js';
import { startMessage } from './start-message.js';

type Environment = Readonly<Record<string, string | undefined>>;

const USAGE = `Usage: node dist/main.js [--check-config [FILE]]

  (no option)            serve; the file is CONFIG_PATH, config.yaml or config/config.yaml
  --check-config [FILE]  check a configuration and print what would run, without keys
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
    const options = readOptions(args);
    if (options.help) {
      process.stdout.write(USAGE);
    } else if (options.checkOnly) {
      process.stdout.write(`${describeConfig(load(environment, options.file))}\n`);
    } else {
      await serve(load(environment));
    }
  } catch (error) {
    await new Promise((resolve) => process.stderr.write(`${explain(error)}\n`, resolve));
    // What has begun, such as the question to a provider for its models, must not hold the end up.
    process.exit(1);
  }
}

/** The command was written wrongly; the message says how to write it. */
class UsageError extends Error {}

interface Options {
  readonly help: boolean;
  readonly checkOnly: boolean;
  readonly file: string | undefined;
}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArguments(args);
  const checkOnly = values['check-config'] ?? false;
  const [file, surplus] = positionals;
  if (surplus !== undefined || (file !== undefined && !checkOnly)) {
    throw new UsageError(`Unexpected argument '${surplus ?? file ?? ''}'.\n${USAGE}`);
  }
  return { help: values.help ?? false, checkOnly, file };
}

function parseArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { 'check-config': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(`${Error.isError(error) ? error.message : ''}\n${USAGE}`);
  }
}

function load(environment: Environment, file?: string): ProxyConfig {
  return loadConfig({
    environment,
    workingDirectory: process.cwd(),
    ...(file === undefined ? {} : { file }),
  });
}

async function serve(config: ProxyConfig): Promise<void> {
  const { host, port } = config.server;
  const app = await createApplication(config);
  app.enableShutdownHooks(['SIGINT', 'SIGTERM'], { useProcessExit: true });
  exitOnSecondSignal();
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
