import type { OutcomeTraits } from '../outcomes/attempt-outcome.js';
import type { BreakerSettings } from './breaker-settings.js';
import { OutcomeWindow } from './outcome-window.js';
import type { TripRule } from './trip-rule.js';

/** Nobody is let through before `until`. */
export interface OpenState {
  readonly name: 'open';
  /** How long it is open in all, ms. */
  readonly openFor: number;
  /** ms, by the clock that never goes backwards. */
  readonly until: number;
}

/** A few requests are let through, and what becomes of them decides. */
interface HalfOpenState {
  readonly name: 'half_open';
  /** How long it was open, ms. */
  readonly openFor: number;
  readonly probesLeft: number;
  /** Whose answer was whole, or has begun to come. */
  readonly succeeded: ReadonlySet<Ticket>;
  /** When others are let through, should these probes not have ended by then; ms. */
  readonly renewAt: number;
}

export type BreakerState = { readonly name: 'closed' } | OpenState | HalfOpenState;

/** It has closed, but no answer has been whole since. */
interface Recovery {
  /** How long it was open, ms. */
  readonly openFor: number;
  /** When the recovery counts as lasting, ms. */
  readonly lastsAt: number;
}

/** What a request is known by to the breaker that let it through; each probe has its own. */
export type Ticket = number;

const CLOSED: BreakerState = { name: 'closed' };

/**
 * A circuit breaker (Michael Nygard, Release It!, chapter 5; the rule apart from the machine as in
 * cockatiel): closed until its rule trips, then open, then half-open, which lets a fixed number of
 * requests through: it closes when as many have succeeded, and a failure opens it again for twice
 * the time. It moves when requests come and end, and is told the time: it needs no timer.
 *
 * Requests may run for minutes, so three things differ from the textbook. Who began before the
 * breaker opened has no say any more, whenever he ends: his failure is no news, and his success is
 * old. And probes that do not end do not keep everybody else out: after as long as the breaker was
 * open, others are let through, in ever longer intervals. And an answer that has begun closes it,
 * but may still break: when it opens again within a window of closing, without a whole answer in
 * between, the open time goes on doubling.
 */
export class CircuitBreaker {
  #state: BreakerState = CLOSED;
  readonly #window: OutcomeWindow;
  /** Counts the times that it opened, and the probes. */
  #latest: Ticket = 0;
  #openedAs: Ticket = 0;
  #firstProbe: Ticket = 0;
  /** The first of those that were let through together last. */
  #firstOfRound: Ticket = 0;
  #recovery: Recovery | undefined;

  /** @param announce - called after each change of state */
  constructor(
    private readonly settings: Pick<BreakerSettings, 'window' | 'openFor' | 'maxOpen' | 'probes'>,
    private readonly rule: TripRule,
    private readonly announce: (from: BreakerState, to: BreakerState) => void,
  ) {
    this.#window = new OutcomeWindow(settings.window);
  }

  get state(): BreakerState {
    return this.#state;
  }

  /**
   * @param now - ms, by the clock that never goes backwards, as everywhere here
   * @returns ms until a request may be let through; 0: now
   */
  waitFor(now: number): number {
    switch (this.#state.name) {
      case 'closed':
        return 0;
      case 'open':
        return Math.max(0, this.#state.until - now);
      case 'half_open':
        return this.#state.probesLeft > 0 ? 0 : Math.max(0, this.#state.renewAt - now);
    }
  }

  /**
   * A request goes; it takes a probe's place when there is one. Who goes although he should wait
   * takes none: his success counts (half-open, those of all of them as one), his failure does not.
   */
  begin(now: number): Ticket {
    if (this.#state.name === 'closed') {
      return this.#latest;
    }
    if (this.waitFor(now) > 0) {
      return this.#openedAs;
    }
    return this.#beginProbe(this.#state, now);
  }

  /** @returns whether the request began since the breaker opened last, and so has a say */
  isCurrent(ticket: Ticket): boolean {
    return ticket >= this.#openedAs;
  }

  /** The request's answer has begun to come: all that a probe was to find out. */
  answering(ticket: Ticket, now: number): void {
    if (this.#state.name !== 'closed' && this.isCurrent(ticket)) {
      this.#succeedInTrying(this.#state, ticket, now);
    }
  }

  /**
   * The request has ended.
   *
   * @param health - what its outcome says
   */
  end(ticket: Ticket, health: OutcomeTraits['health'], now: number): void {
    if (!this.isCurrent(ticket)) {
      return;
    }
    switch (health) {
      case 'good':
        this.#succeed(ticket, now);
        break;
      case 'bad':
        this.#fail(ticket, now);
        break;
      case 'unknown':
        this.#giveBack(ticket);
        break;
    }
  }

  /** Opens it at once if it is closed, whatever its rule says. */
  trip(now: number): void {
    if (this.#state.name === 'closed') {
      this.#openAnew(now);
    }
  }

  /** Puts it, if it is closed, where another breaker is. */
  takeOver(state: OpenState): void {
    if (this.#state.name === 'closed') {
      this.#moveToOpen(state);
    }
  }

  /** The outcomes until now count no more. */
  forget(): void {
    this.#window.clear();
  }

  #beginProbe(state: OpenState | HalfOpenState, now: number): Ticket {
    const { probes, maxOpen } = this.settings;
    this.#latest += 1;
    if (state.name === 'open') {
      this.#firstProbe = this.#latest;
      this.#firstOfRound = this.#latest;
      const { openFor } = state;
      const succeeded = new Set<Ticket>();
      const renewAt = now + openFor;
      this.#moveTo({ name: 'half_open', openFor, probesLeft: probes - 1, succeeded, renewAt });
    } else if (state.probesLeft > 0) {
      const renewAt = now + state.openFor;
      this.#state = { ...state, probesLeft: state.probesLeft - 1, renewAt };
    } else {
      this.#firstOfRound = this.#latest;
      const openFor = Math.min(2 * state.openFor, maxOpen);
      const probesLeft = probes - state.succeeded.size - 1;
      this.#state = { ...state, openFor, probesLeft, renewAt: now + openFor };
    }
    return this.#latest;
  }

  #succeed(ticket: Ticket, now: number): void {
    if (this.#state.name === 'closed') {
      this.#window.succeed(now);
    } else {
      this.#succeedInTrying(this.#state, ticket, now);
    }
    this.#recovery = undefined;
  }

  /** Half-open, it takes as many successes as probes; while it is open, one is enough. */
  #succeedInTrying(state: OpenState | HalfOpenState, ticket: Ticket, now: number): void {
    if (state.name === 'half_open') {
      const succeeded = new Set([...state.succeeded, ticket]);
      if (succeeded.size < this.settings.probes) {
        this.#state = { ...state, succeeded };
        return;
      }
    }
    this.#close(state.openFor, now);
  }

  #fail(ticket: Ticket, now: number): void {
    if (this.#state.name === 'closed') {
      this.#window.fail(now);
      if (this.rule.shouldTrip(this.#window)) {
        this.#openAnew(now);
      }
    } else if (this.#state.name === 'half_open' && ticket >= this.#firstProbe) {
      this.#open(2 * this.#state.openFor, now);
    }
  }

  #giveBack(ticket: Ticket): void {
    const state = this.#state;
    if (
      state.name === 'half_open' &&
      ticket >= this.#firstOfRound &&
      !state.succeeded.has(ticket)
    ) {
      this.#state = { ...state, probesLeft: state.probesLeft + 1 };
    }
  }

  #openAnew(now: number): void {
    const recovery = this.#recovery;
    const isRelapse = recovery !== undefined && now < recovery.lastsAt;
    this.#open(isRelapse ? 2 * recovery.openFor : this.settings.openFor, now);
  }

  #open(wantedTime: number, now: number): void {
    const openFor = Math.min(wantedTime, this.settings.maxOpen);
    this.#moveToOpen({ name: 'open', openFor, until: now + openFor });
  }

  #moveToOpen(state: OpenState): void {
    this.#latest += 1;
    this.#openedAs = this.#latest;
    this.#moveTo(state);
  }

  #close(openFor: number, now: number): void {
    this.#window.clear();
    this.#recovery = { openFor, lastsAt: now + this.settings.window };
    this.#moveTo(CLOSED);
  }

  #moveTo(state: BreakerState): void {
    const from = this.#state;
    this.#state = state;
    this.announce(from, state);
  }
}
