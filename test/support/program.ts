import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Closable, track } from './resources.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** What a build needs, beside the packages. */
const SOURCES = [
  'src',
  'config',
  'package.json',
  'nest-cli.json',
  'tsconfig.json',
  '.swcrc',
  'bundle.js',
];

/** The program as a user has it after `npm run build`, in a directory of its own. */
export class BuiltProgram {
  private constructor(private readonly directory: string) {}

  /** Builds it, away from dist/, which others may be using. `remove` ends it. */
  static build(): BuiltProgram {
    const directory = mkdtempSync(join(tmpdir(), 'llm-proxy-program-'));
    for (const name of SOURCES) {
      cpSync(join(PROJECT, name), join(directory, name), { recursive: true });
    }
    symlinkSync(join(PROJECT, 'node_modules'), join(directory, 'node_modules'), 'junction');
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], {
      cwd: directory,
      encoding: 'utf8',
    });
    if (status !== 0) {
      throw new Error(`the build failed:\n${stdout}${stderr}`);
    }
    // As in the image: what has been built needs them no more.
    rmSync(join(directory, 'node_modules'));
    return new BuiltProgram(directory);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  /** Runs it. `closeAll` ends it, and removes its working directory. */
  run(options: RunOptions = {}): RunningProgram {
    return track(new RunningProgram(join(this.directory, 'dist', 'main.js'), options));
  }
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The files of its working directory, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The program as a process of its own, in an empty directory and an empty environment. */
export class RunningProgram implements Closable {
  stdout = '';
  stderr = '';
  /** Resolves when it has ended, with its exit code or the signal that killed it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  readonly #directory = mkdtempSync(join(tmpdir(), 'llm-proxy-run-'));

  constructor(main: string, { args = [], environment = {}, files = {} }: RunOptions) {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(this.#directory, name), content);
    }
    this.#process = spawn(process.execPath, [main, ...args], {
      cwd: this.#directory,
      env: { HOST: '127.0.0.1', PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = once(this.#process, 'close').then(
      ([code, signal]: unknown[]) => (code ?? signal) as number | NodeJS.Signals,
    );
  }

  /** The lines of its log so far, parsed. */
  get lines(): readonly Readonly<Record<string, unknown>>[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Waits until it serves. @returns where, as the client of the tests takes it */
  async listening(): Promise<{ readonly port: number; readonly url: string }> {
    await this.until('"address"');
    const address = String(this.lines.find((line) => 'address' in line)?.['address']);
    return { port: Number(new URL(address).port), url: address };
  }

  /** Waits until its standard output contains `text`. */
  async until(text: string): Promise<void> {
    const { stdout } = this.#process;
    while (!this.stdout.includes(text)) {
      if (stdout.readableEnded) {
        throw new Error(`the program never said '${text}':\n${this.stdout}${this.stderr}`);
      }
      await Promise.race([once(stdout, 'data'), once(stdout, 'end')]);
    }
  }

  /** @returns where one of the files of its working directory is */
  path(name: string): string {
    return join(this.#directory, name);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The processes that it has started and that still run (Linux). */
  get children(): readonly number[] {
    const text = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8');
    return text.trim().split(' ').map(Number);
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async close(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
    rmSync(this.#directory, { recursive: true });
  }
}
