import { parseArgs } from 'node:util';
import {
  ConfigLoader,
  configJsonSchema,
  configReference,
  describeConfig,
  traceSettings,
} from './config/index.js';
import { explainError } from './explain-error.js';
import { serve } from './serve.js';

type Environment = Readonly<Record<string, string | undefined>>;

const USAGE = `Usage: node dist/main.js [--check-config [FILE] | --print-schema | --print-settings]

  (no option)            serve; the file is CONFIG_PATH, config.yaml or config/config.yaml
  --check-config [FILE]  check a configuration and print what would run, without keys
  --print-schema         print the JSON schema of the file, for editors
  --print-settings       print every setting with its default, as Markdown
  --help                 print this
`;

/**
 * Serves, or prints something and ends.
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
      await serve(loaderOf(environment), environment);
    } else {
      process.stdout.write(`${print(task, environment)}\n`);
    }
  } catch (error) {
    const words = error instanceof UsageError ? error.message : explainError(error);
    await new Promise((resolve) => process.stderr.write(`${words}\n`, resolve));
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
      traceSettings(environment);
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
