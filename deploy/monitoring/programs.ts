import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

const REMEDY =
  'Install Prometheus, which promtool comes with (Debian: apt-get install prometheus; other systems: ' +
  'https://prometheus.io/download), or say in PROMETHEUS and PROMTOOL where they are.';

/** How much of a program's complaints is kept, characters. */
const KEPT_WORDS = 4000;

const running = new Set<ChildProcess>();

/** Prometheus and its tool, as commands. */
export interface Programs {
  readonly prometheus: string;
  readonly promtool: string;
}

/** @throws Error with the remedy when one is missing */
export function findPrograms(environment: NodeJS.ProcessEnv): Programs {
  const { PROMETHEUS: prometheus = 'prometheus', PROMTOOL: promtool = 'promtool' } = environment;
  for (const program of [prometheus, promtool]) {
    if (spawnSync(program, ['--version']).status !== 0) {
      throw new Error(`${program} does not run. ${REMEDY}`);
    }
  }
  return { prometheus, promtool };
}

/**
 * Runs a program to its end.
 * @throws Error with what it said when it fails
 */
export function run(program: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}

/** Starts a program, which ends with this one. @returns what gives the last of its complaints */
export function start(program: string, args: readonly string[]): () => string {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-KEPT_WORDS);
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return () => words;
}

process.on('exit', () => {
  for (const child of running) {
    child.kill('SIGKILL');
  }
});
