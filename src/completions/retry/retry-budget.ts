import { type Clock, SlidingCount } from '../../clock/index.js';

/** How many retries all requests together may make. */
export interface RetryBudgetSettings {
  /** Retries for each request of the window; 0.2: one for five. */
  readonly budget: number;
  /** Retries a second that are free, so that a rare request may be retried at all. */
  readonly budgetFloor: number;
}

/** As Finagle has it; ms. */
const WINDOW = 10_000;

/**
 * Limits retries to a part of the requests of the last ten seconds and a few more, so that an
 * outage, in which everything wants to be retried, is not made worse by it (after Finagle's
 * RetryBudget, https://finagle.github.io/blog/2016/02/08/retry-budgets/). Unused retries do not
 * outlive the window. Nothing here allocates.
 */
export class RetryBudget {
  readonly #requests = new SlidingCount(WINDOW);
  readonly #retries = new SlidingCount(WINDOW);
  #settings: RetryBudgetSettings;

  constructor(
    private readonly clock: Clock,
    settings: RetryBudgetSettings,
  ) {
    this.#settings = settings;
  }

  /** Goes by other settings from now on; what was counted stays counted. */
  configure(settings: RetryBudgetSettings): void {
    this.#settings = settings;
  }

  /** How many retries could be made now. */
  get left(): number {
    return Math.max(0, Math.floor(this.#balance(this.clock.now())));
  }

  /** A client's request has come; its retries do not count as requests. */
  recordRequest(): void {
    this.#requests.add(this.clock.now());
  }

  /** @returns whether a retry may be made; it then counts as made */
  tryTake(): boolean {
    const now = this.clock.now();
    if (this.#balance(now) < 1) {
      return false;
    }
    this.#retries.add(now);
    return true;
  }

  #balance(now: number): number {
    const { budget, budgetFloor } = this.#settings;
    const free = (budgetFloor * WINDOW) / 1000;
    return free + budget * this.#requests.total(now) - this.#retries.total(now);
  }
}
