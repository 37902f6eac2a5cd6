import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnswerPlan, modelName } from '../traffic/answer-plan.ts';
import type { Contender } from './contender.ts';
import { CLIENT_KEY, startServer } from './server.ts';

/** What Node is told to run, as by `npm start` and in the image. */
export const PROGRAM: readonly string[] = [
  '--max-semi-space-size=16',
  new URL('../../dist/main.js', import.meta.url).pathname,
];

export interface LlmProxyOptions {
  /** What it is called in the tables, and its configuration on the disk. */
  readonly name: string;
  /** How many of its processes serve; 1: there is just the one. */
  readonly workers: number;
  /** Origin of the fake provider. */
  readonly upstream: string;
  readonly core: number | undefined;
  /** Where its configuration is written. */
  readonly directory: string;
  /** The answers that will be asked for: each is a model of its own. */
  readonly answers: readonly AnswerPlan[];
  /** Where CPU profiles of it are written when it ends; undefined: none are. */
  readonly profiles: string | undefined;
}

/**
 * This proxy, as built, with everything on: the master key, the model's name rewritten both ways,
 * the log at info (to nowhere), and metrics.
 */
export function llmProxy(options: LlmProxyOptions): Contender {
  const { name, core, directory, profiles } = options;
  const file = join(directory, `${name}.yaml`);
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration(options)));
  const profiling = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  return {
    name,
    startedHere: true,
    start: ({ observed }) =>
      startServer({
        name,
        argsFor: () => [...profiling, ...PROGRAM],
        environmentFor: (port) => ({ CONFIG_PATH: file, PORT: String(port) }),
        core,
        observed,
      }),
  };
}

function configuration({ upstream, answers, workers }: LlmProxyOptions): object {
  const names = answers.map(
    (plan) => [modelName('client', plan), modelName('provider', plan)] as const,
  );
  return {
    providers: [
      {
        name: 'fake-upstream',
        api_base: `${upstream}/v1`,
        api_key: 'bench-provider-key',
        model_mapping: Object.fromEntries<string>(names),
      },
    ],
    server: { host: '127.0.0.1', master_api_key: CLIENT_KEY, workers },
    logging: { level: 'info', format: 'json' },
  };
}
