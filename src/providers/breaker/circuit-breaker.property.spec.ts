import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CircuitBreaker, type Ticket } from './circuit-breaker.js';
import { ConsecutiveFailures } from './trip-rule.js';

interface Running {
  readonly ticket: Ticket;
  /** The half-opening that it began in; undefined: it is no probe. */
  readonly halfOpening: number | undefined;
  readonly beganAt: number;
}

const STEPS = fc.array(
  fc.record({
    pause: fc.oneof(fc.constant(0), fc.nat(100), fc.nat(5000)),
    begins: fc.nat(4),
    ends: fc.nat(3),
    index: fc.nat(20),
    health: fc.constantFrom('good' as const, 'bad' as const, 'bad' as const, 'unknown' as const),
  }),
  { maxLength: 80 },
);

describe('a circuit breaker, whatever happens', () => {
  it('closes on as many successes of different probes as it lets through, and on no fewer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), STEPS, (probes, steps) => {
        const settings = { window: 10_000, openFor: 1000, maxOpen: 8000, probes };
        const succeeded = new Set<Ticket>();
        const neededToClose: number[] = [];
        const breaker = new CircuitBreaker(settings, new ConsecutiveFailures(2), (from, to) => {
          const isClosing = from.name === 'half_open' && to.name === 'closed';
          neededToClose.push(...(isClosing ? [succeeded.size] : []));
          succeeded.clear();
        });
        let now = 0;
        const running: Ticket[] = [];
        for (const { pause, begins, ends, index, health } of steps) {
          now += pause;
          for (let turn = 0; turn < begins && breaker.waitFor(now) === 0; turn += 1) {
            running.push(breaker.begin(now));
          }
          const succeed = (ticket: Ticket): void => {
            if (breaker.state.name === 'half_open' && breaker.isCurrent(ticket)) {
              succeeded.add(ticket);
            }
          };
          const answering = running[index % running.length];
          if (answering !== undefined && health !== 'bad') {
            succeed(answering);
            breaker.answering(answering, now);
          }
          for (const ticket of running.splice(index % (running.length + 1), ends)) {
            if (health === 'good') {
              succeed(ticket);
            }
            breaker.end(ticket, health, now);
          }

          expect(breaker.state.name === 'half_open' ? succeeded.size : 0).toBeLessThan(probes);
        }

        expect(neededToClose).toStrictEqual(neededToClose.map(() => probes));
      }),
      { numRuns: 200 },
    );
  });

  it('lets no more probes through at a time than it should, and never keeps out for too long', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3000 }),
        STEPS,
        (probes, openFor, steps) => {
          const settings = { window: 10_000, openFor, maxOpen: 8000, probes };
          let halfOpenings = 0;
          const breaker = new CircuitBreaker(settings, new ConsecutiveFailures(2), (_from, to) => {
            halfOpenings += to.name === 'half_open' ? 1 : 0;
          });
          let now = 0;
          const running: Running[] = [];
          for (const { pause, begins, ends, index, health } of steps) {
            now += pause;
            for (let turn = 0; turn < begins && breaker.waitFor(now) === 0; turn += 1) {
              const ticket = breaker.begin(now);
              const halfOpening = breaker.state.name === 'half_open' ? halfOpenings : undefined;
              running.push({ ticket, halfOpening, beganAt: now });
            }
            // Those that hang for as long as it was open are given up, and others let through.
            const atATime = running.filter(
              (probe) => probe.halfOpening === halfOpenings && probe.beganAt > now - openFor,
            );

            expect(breaker.state.name === 'half_open' ? atATime.length : 0).toBeLessThanOrEqual(
              probes,
            );
            expect(breaker.waitFor(now)).toBeGreaterThanOrEqual(0);
            expect(breaker.waitFor(now)).toBeLessThanOrEqual(8000);
            expect(breaker.waitFor(now + 8000)).toBe(0);

            for (let turn = 0; turn < ends && running.length > 0; turn += 1) {
              for (const { ticket } of running.splice(index % running.length, 1)) {
                breaker.end(ticket, health, now);
              }
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
