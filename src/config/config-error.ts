/** One mistake in the configuration, in words that hold no value that could be a secret. */
export interface ConfigProblem {
  /** The file, as the reader would type it; `environment` for a variable. */
  readonly file: string;
  /** The place in it, such as `providers[1].weight` or `line 3, column 5`; empty for the whole. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What would be right; empty where the message says it already. */
  readonly remedy: string;
}

/** The configuration cannot be used. Holds every problem found, not just the first. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(formatProblems(problems));
    this.name = 'ConfigError';
    this.problems = problems;
  }

  /** @returns the problems, one line each: `file: path: what is wrong; what would be right`. */
  format(): string {
    return formatProblems(this.problems);
  }
}

function formatProblems(problems: readonly ConfigProblem[]): string {
  return problems.map(formatProblem).join('\n');
}

function formatProblem({ file, path, message, remedy }: ConfigProblem): string {
  const place = path === '' ? file : `${file}: ${path}`;
  return remedy === '' ? `${place}: ${message}` : `${place}: ${message}; ${remedy}`;
}
