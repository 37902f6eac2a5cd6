import { spawnSync } from 'node:child_process';
import { type Manifest, readManifests } from './manifest.js';

/** The oldest Kubernetes that the chart claims (kubeVersion), and the newest whose schemas are at hand. */
const KUBERNETES_VERSIONS = ['1.30', '1.37'] as const;

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a tool that deploy/check/run.sh has installed.
 *
 * @throws Error when there is none
 */
export function runTool(name: string, args: readonly string[], input = ''): Outcome {
  const { error, status, stdout, stderr } = spawnSync(name, args, { input, encoding: 'utf8' });
  if (error !== undefined || status === null) {
    throw new Error(`${name} did not run; use npm run check:deploy`, { cause: error });
  }
  return { status, stdout, stderr };
}

/** Runs a tool that must succeed. @returns what it prints */
export function output(name: string, args: readonly string[]): string {
  const { status, stdout, stderr } = runTool(name, args);
  if (status !== 0) {
    throw new Error(`${name} ${args.join(' ')}:\n${stdout}${stderr}`);
  }
  return stdout;
}

/**
 * Holds every manifest against the schema of its kind, strictly: a field that the schema does not know
 * is a mistake. Custom resources are held against the Go types of the projects that define them.
 *
 * @returns one line a mistake, and one for each manifest that was held against nothing
 */
export function mistakesIn(yaml: string): readonly string[] {
  const builtIn = KUBERNETES_VERSIONS.map((version) =>
    runTool('kubernetes-validate', ['--strict', '-k', version, '-'], yaml),
  );
  const custom = runTool('custom-resources', [], yaml);
  const mistakes = [...builtIn, custom].flatMap(({ status, stdout, stderr }) =>
    status === 0
      ? []
      : [...linesOf(stdout).filter((line) => !line.startsWith('INFO')), ...linesOf(stderr)],
  );
  const unchecked = readManifests(yaml)
    .filter((one) => !isChecked(one, builtIn, custom))
    .map((one) => `${one.kind}/${one.metadata.name} was not checked`);
  return [...mistakes, ...unchecked];
}

function isChecked(one: Manifest, builtIn: readonly Outcome[], custom: Outcome): boolean {
  const { kind, metadata } = one;
  const passed = `passed for resource ${kind.toLowerCase()}/${metadata.name} against`;
  return (
    linesOf(custom.stdout).includes(`${kind}/${metadata.name}`) ||
    builtIn.every(({ stdout }) => stdout.includes(passed))
  );
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
