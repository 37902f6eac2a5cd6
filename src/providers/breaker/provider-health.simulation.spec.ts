import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from '../../../test/support/fake-clock.js';
import type { AttemptOutcome } from '../outcomes/attempt-outcome.js';
import type { BreakerSettings } from './breaker-settings.js';
import { type HealthChange, type HealthPermit, ProviderHealth } from './provider-health.js';

const DEFAULTS: BreakerSettings = {
  failureRatio: 0.5,
  minSamples: 10,
  consecutiveFailures: 5,
  window: 30_000,
  openFor: 5000,
  maxOpen: 30_000,
  probes: 1,
};

interface Outage {
  /** ms between two requests of clients. */
  readonly every: number;
  /** ms that the provider is down. */
  readonly lasts: number;
  /** ms until a failure is known. */
  readonly failsAfter?: number;
  readonly settings?: Partial<BreakerSettings>;
}

interface Course {
  /** Requests that were let through during the outage, once the breaker had opened. */
  readonly probes: number;
  /** ms from the end of the outage to the first success. */
  readonly backAfter: number;
}

/** Steady traffic for one model of one provider that is down for a while and then well again. */
function simulate({ every, lasts, failsAfter = 100, settings = {} }: Outage): Course {
  const clock = new FakeClock();
  const changes: HealthChange[] = [];
  const health = new ProviderHealth(clock, { ...DEFAULTS, ...settings }, (change) => {
    changes.push(change);
  });
  const began = clock.now();
  let probes = 0;
  for (;;) {
    const elapsed = clock.now() - began;
    if (health.waitFor('model') === 0) {
      if (elapsed >= lasts) {
        health.begin('model').end('success');
        return { probes, backAfter: elapsed - lasts };
      }
      probes += changes.length > 0 ? 1 : 0;
      const permit = health.begin('model');
      clock.setTimer(failsAfter, () => {
        permit.end('broken');
      });
    }
    clock.advance(every);
  }
}

describe('a provider that answers 503 for a minute and is then well', () => {
  it.each([
    [10, 5],
    [50, 100],
    [200, 100],
    [500, 100],
    [200, 1000],
  ])(
    'is asked a handful of times meanwhile and is back within seconds: every %d ms, answered after %d ms',
    (every, failsAfter) => {
      const { probes, backAfter } = simulate({ every, lasts: 60_000, failsAfter });

      expect(probes).toBeLessThanOrEqual(5);
      expect(backAfter).toBeLessThanOrEqual(10_000);
    },
  );

  it('is asked once every 30 seconds at least, however long it lasts', () => {
    const { probes, backAfter } = simulate({ every: 100, lasts: 600_000 });

    expect(probes).toBeGreaterThanOrEqual(600 / 30);
    expect(backAfter).toBeLessThanOrEqual(30_200);
  });
});

describe('any outage', () => {
  it('is over for the client at most the longest open time after it is for the provider', () => {
    fc.assert(
      fc.property(
        fc.record({
          every: fc.integer({ min: 100, max: 1000 }),
          lasts: fc.integer({ min: 0, max: 150_000 }),
          failsAfter: fc.integer({ min: 0, max: 2000 }),
        }),
        (outage) => {
          const { backAfter } = simulate(outage);

          expect(backAfter).toBeLessThanOrEqual(
            DEFAULTS.maxOpen + outage.failsAfter + outage.every,
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a provider whose streams all begin and then break', () => {
  it.each([0, 100, 2000])(
    'breaks few of them: it is out for ever longer; every 100 ms, broken after %d ms',
    (breaksAfter) => {
      const clock = new FakeClock();
      const openings: number[] = [];
      const health = new ProviderHealth(clock, DEFAULTS, ({ to, openFor }) => {
        openings.push(...(to === 'open' ? [openFor] : []));
      });
      // Five minutes.
      for (let step = 0; step < 3000; step += 1) {
        if (health.waitFor('model') === 0) {
          const permit = health.begin('model');
          permit.answering();
          clock.setTimer(breaksAfter, () => {
            permit.end('interrupted');
          });
        }
        clock.advance(100);
      }

      expect(openings.slice(0, 5)).toStrictEqual([5000, 10_000, 20_000, 30_000, 30_000]);
      expect(openings.length).toBeLessThanOrEqual(4 + 240 / 30);
    },
  );
});

describe('an outage of one model of a provider', () => {
  it('hardly concerns the others, however rarely they are used', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 20 }),
        (pause, pace) => {
          const clock = new FakeClock();
          const health = new ProviderHealth(clock, DEFAULTS, () => undefined);
          let asked = 0;
          let refused = 0;
          // Ten minutes in steps of 100 ms; the other model is used every `pause` seconds.
          for (let step = 1; step <= 6000; step += 1) {
            if (step % pace === 0 && health.waitFor('broken') === 0) {
              health.begin('broken').end('broken');
            }
            if (step % (10 * pause) === 0) {
              asked += 1;
              if (health.waitFor('fine') === 0) {
                health.begin('fine').end('success');
              } else {
                refused += 1;
              }
            }
            clock.advance(100);
          }

          expect(asked).toBeGreaterThan(0);
          expect(refused).toBe(0);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('whatever happens', () => {
  type Step =
    | { readonly do: 'pass'; readonly time: number }
    | { readonly do: 'begin'; readonly model: string; readonly isPolite: boolean }
    | { readonly do: 'answer'; readonly index: number }
    | { readonly do: 'end'; readonly index: number; readonly outcome: AttemptOutcome };

  const OUTCOME = fc.constantFrom<AttemptOutcome[]>(
    'success',
    'broken',
    'broken',
    'timeout',
    'interrupted',
    'credentials_refused',
    'forbidden',
    'client_closed',
    'rejected',
    'superseded',
  );
  const SETTINGS = fc
    .record({
      failureRatio: fc.double({ min: 0.1, max: 1, noNaN: true }),
      minSamples: fc.integer({ min: 1, max: 10 }),
      consecutiveFailures: fc.integer({ min: 1, max: 6 }),
      window: fc.integer({ min: 100, max: 60_000 }),
      openFor: fc.integer({ min: 1, max: 20_000 }),
      maxOpen: fc.integer({ min: 1, max: 30_000 }),
      probes: fc.integer({ min: 1, max: 3 }),
    })
    .map((settings) => ({ ...settings, openFor: Math.min(settings.openFor, settings.maxOpen) }));

  function stepsFor(models: readonly string[]): fc.Arbitrary<readonly Step[]> {
    return fc.array(
      fc.oneof(
        fc.record({ do: fc.constant('pass' as const), time: fc.integer({ min: 1, max: 20_000 }) }),
        fc.record({
          do: fc.constant('begin' as const),
          model: fc.constantFrom(...models),
          isPolite: fc.integer({ min: 0, max: 9 }).map((lot) => lot > 0),
        }),
        fc.record({ do: fc.constant('answer' as const), index: fc.nat(20) }),
        fc.record({ do: fc.constant('end' as const), index: fc.nat(20), outcome: OUTCOME }),
        fc.record({ do: fc.constant('end' as const), index: fc.nat(20), outcome: OUTCOME }),
      ),
      { minLength: 1, maxLength: 150 },
    );
  }

  /** Plays steps, calling `check` after each. */
  function play(
    settings: BreakerSettings,
    steps: readonly Step[],
    check: (health: ProviderHealth, clock: FakeClock) => void,
  ): void {
    const clock = new FakeClock();
    const health = new ProviderHealth(clock, settings, () => undefined);
    const permits: HealthPermit[] = [];
    for (const step of steps) {
      switch (step.do) {
        case 'pass':
          clock.advance(step.time);
          break;
        case 'begin':
          if (!step.isPolite || health.waitFor(step.model) === 0) {
            permits.push(health.begin(step.model));
          }
          break;
        case 'answer':
          permits[step.index % permits.length]?.answering();
          break;
        case 'end':
          permits.splice(step.index % Math.max(1, permits.length), 1)[0]?.end(step.outcome);
          break;
      }
      check(health, clock);
    }
  }

  it('the only model of a provider may be asked once in the longest open time', () => {
    fc.assert(
      fc.property(SETTINGS, stepsFor(['a']), (settings, steps) => {
        play(settings, steps, (health) => {
          const wait = health.waitFor('a');

          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(settings.maxOpen);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('some model of a provider may be asked once in the longest open time', () => {
    const models = ['a', 'b', 'c'];
    fc.assert(
      fc.property(SETTINGS, stepsFor(models), (settings, steps) => {
        let allowedAt = -Infinity;
        play(settings, steps, (health, clock) => {
          const waits = models.map((model) => health.waitFor(model));
          const soonest = Math.min(...waits);
          allowedAt = soonest === 0 || allowedAt === -Infinity ? clock.now() : allowedAt;

          expect(soonest).toBeGreaterThanOrEqual(0);
          expect(Math.max(...waits)).toBeLessThanOrEqual(settings.maxOpen);
          expect(clock.now() + soonest - allowedAt).toBeLessThanOrEqual(settings.maxOpen + 1e-6);
        });
      }),
      { numRuns: 200 },
    );
  });
});
