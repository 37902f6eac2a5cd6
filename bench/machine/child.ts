import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ChildOptions {
  readonly name: string;
  /** The program; Node unless given. */
  readonly program?: string;
  /** Its arguments; of Node: options, the script, its arguments. */
  readonly args: readonly string[];
  /** All of its environment but PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly core?: number | undefined;
  /** Whether it can be asked. */
  readonly answers?: boolean;
}

/** How long a process may take to end by itself, ms. */
const PATIENCE = 5000;
/** How much of what a process complains about is kept, characters. */
const KEPT_WORDS = 2000;

const running = new Set<Child>();

/** A process that belongs to the benchmark and does not outlive it. */
export class Child {
  readonly name: string;
  readonly #process: ChildProcess;
  #lastWords = '';

  constructor(options: ChildOptions) {
    const { name, program = process.execPath, args, environment, core, answers = false } = options;
    const command = [program, ...args];
    const [first = '', ...rest] =
      core === undefined ? command : ['taskset', '--cpu-list', String(core), ...command];
    this.name = name;
    this.#process = spawn(first, rest, {
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
      stdio: ['pipe', 'ignore', 'pipe', answers ? 'ipc' : 'ignore'],
    });
    running.add(this);
    this.#process.once('exit', () => running.delete(this));
    this.#process.on('error', (error) => {
      this.#lastWords += error.message;
    });
    this.#process.stderr?.on('data', (words: Buffer) => {
      this.#lastWords = (this.#lastWords + words.toString()).slice(-KEPT_WORDS);
    });
  }

  /** Its id as long as it runs; 0 afterwards. */
  get pid(): number {
    return running.has(this) ? (this.#process.pid ?? 0) : 0;
  }

  /** The end of what it has written to its standard error. */
  get lastWords(): string {
    return this.#lastWords;
  }

  /** @throws Error with its last words when it does not run (any more) */
  assertRunning(): void {
    if (this.pid === 0) {
      throw new Error(`${this.name} has ended. ${this.#lastWords}`);
    }
  }

  /**
   * Sends a message and waits for the one that answers it.
   * @throws Error when the process ends instead
   */
  ask(message: object | string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (): void => {
        reject(new Error(`${this.name} has ended. ${this.#lastWords}`));
      };
      this.#process.once('exit', onExit);
      this.#process.once('message', (answer) => {
        this.#process.off('exit', onExit);
        resolve(answer);
      });
      this.#process.send(message);
    });
  }

  /** Asks it to end, and ends it when it does not. */
  async stop(): Promise<void> {
    if (!running.has(this)) {
      return;
    }
    const exit = once(this.#process, 'exit');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), PATIENCE);
    this.#process.kill('SIGTERM');
    await exit;
    clearTimeout(timer);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

/** Sees to it that no process is left when this one ends: by itself, by an error or by a signal. */
export function killChildrenOnExit(): void {
  process.on('exit', () => {
    for (const child of running) {
      child.kill();
    }
  });
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(signal, () => process.exit(128 + number));
  }
}
