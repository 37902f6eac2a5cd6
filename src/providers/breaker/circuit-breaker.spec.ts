import { describe, expect, it } from '@jest/globals';
import { type BreakerState, CircuitBreaker, type Ticket } from './circuit-breaker.js';
import { ConsecutiveFailures } from './trip-rule.js';

const SETTINGS = { window: 10_000, openFor: 1000, maxOpen: 4000, probes: 1 };

/** A breaker that opens after three failures in a row, with a log of its moves. */
function create(settings: Partial<typeof SETTINGS> = {}): {
  breaker: CircuitBreaker;
  moves: string[];
} {
  const moves: string[] = [];
  const breaker = new CircuitBreaker(
    { ...SETTINGS, ...settings },
    new ConsecutiveFailures(3),
    (from, to) => {
      moves.push(`${from.name} → ${to.name}`);
    },
  );
  return { breaker, moves };
}

function fail(breaker: CircuitBreaker, now: number, times = 1): void {
  for (let time = 0; time < times; time += 1) {
    breaker.end(breaker.begin(now), 'bad', now);
  }
}

/** Opened at 0, until 1000. */
function createOpen(settings: Partial<typeof SETTINGS> = {}): ReturnType<typeof create> {
  const created = create(settings);
  created.breaker.trip(0);
  created.moves.length = 0;
  return created;
}

describe('a closed breaker', () => {
  it('lets everybody through', () => {
    const { breaker } = create();

    expect(breaker.state).toStrictEqual({ name: 'closed' });
    expect(breaker.waitFor(0)).toBe(0);
  });

  it('opens when its rule trips', () => {
    const { breaker, moves } = create();

    fail(breaker, 500, 2);
    expect(moves).toStrictEqual([]);

    fail(breaker, 500);
    expect(moves).toStrictEqual(['closed → open']);
    expect(breaker.state).toStrictEqual({ name: 'open', openFor: 1000, until: 1500 });
  });

  it('stays closed when a success breaks the row', () => {
    const { breaker, moves } = create();

    fail(breaker, 0, 2);
    breaker.end(breaker.begin(0), 'good', 0);
    fail(breaker, 0, 2);

    expect(moves).toStrictEqual([]);
  });

  it('does not mind outcomes that say nothing', () => {
    const { breaker, moves } = create();

    fail(breaker, 0, 2);
    breaker.end(breaker.begin(0), 'unknown', 0);
    breaker.answering(breaker.begin(0), 0);
    fail(breaker, 0);

    expect(moves).toStrictEqual(['closed → open']);
  });

  it('forgets when it is told to', () => {
    const { breaker, moves } = create();

    fail(breaker, 0, 2);
    breaker.forget();
    fail(breaker, 0, 2);

    expect(moves).toStrictEqual([]);
  });

  it('opens when it is tripped', () => {
    const { breaker } = create();

    breaker.trip(200);

    expect(breaker.waitFor(200)).toBe(1000);
  });

  it('takes over where another is', () => {
    const { breaker, moves } = create();

    breaker.takeOver({ name: 'open', openFor: 2000, until: 900 });

    expect(breaker.waitFor(0)).toBe(900);
    expect(moves).toStrictEqual(['closed → open']);
  });

  it('is never open for longer than the longest time', () => {
    const { breaker } = create({ openFor: 9000 });

    breaker.trip(0);

    expect(breaker.waitFor(0)).toBe(4000);
  });
});

describe('an open breaker', () => {
  it('says how long to wait', () => {
    const { breaker } = createOpen();

    expect(breaker.waitFor(0)).toBe(1000);
    expect(breaker.waitFor(999)).toBe(1);
    expect(breaker.waitFor(1000)).toBe(0);
    expect(breaker.waitFor(9999)).toBe(0);
  });

  it('is not moved by those who began before it opened', () => {
    const { breaker, moves } = create();
    const old = [breaker.begin(0), breaker.begin(0), breaker.begin(0)] as const;
    breaker.trip(0);
    moves.length = 0;

    breaker.end(old[0], 'good', 100);
    breaker.end(old[1], 'bad', 100);
    breaker.answering(old[2], 100);

    expect(moves).toStrictEqual([]);
    expect(breaker.waitFor(100)).toBe(900);
  });

  it('closes on the success of one who went although he should have waited', () => {
    const { breaker, moves } = createOpen();

    breaker.end(breaker.begin(10), 'good', 20);

    expect(moves).toStrictEqual(['open → closed']);
  });

  it('is not moved by the failure of one who went although he should have waited', () => {
    const { breaker, moves } = createOpen();

    fail(breaker, 10);

    expect(moves).toStrictEqual([]);
    expect(breaker.waitFor(10)).toBe(990);
  });

  it('is not tripped again, nor taken over', () => {
    const { breaker, moves } = createOpen();

    breaker.trip(500);
    breaker.takeOver({ name: 'open', openFor: 2000, until: 9000 });

    expect(moves).toStrictEqual([]);
    expect(breaker.waitFor(500)).toBe(500);
  });

  it('opens halfway for the first who comes when its time is over', () => {
    const { breaker, moves } = createOpen();

    breaker.begin(1000);

    expect(moves).toStrictEqual(['open → half_open']);
  });
});

describe('a half-open breaker', () => {
  it.each([1, 2, 3])('lets %d through', (probes) => {
    const { breaker } = createOpen({ probes });

    for (let probe = 0; probe < probes; probe += 1) {
      expect(breaker.waitFor(1000)).toBe(0);
      breaker.begin(1000);
    }

    expect(breaker.waitFor(1000)).toBe(1000);
  });

  it('closes on a success, and starts anew', () => {
    const { breaker, moves } = create();
    fail(breaker, 0, 3);
    moves.length = 0;

    breaker.end(breaker.begin(1000), 'good', 1200);
    fail(breaker, 1300, 2);

    expect(moves).toStrictEqual(['open → half_open', 'half_open → closed']);
  });

  it('closes as soon as an answer has begun to come', () => {
    const { breaker, moves } = createOpen();

    breaker.answering(breaker.begin(1000), 1000);

    expect(moves).toStrictEqual(['open → half_open', 'half_open → closed']);
  });

  it('closes when as many probes have succeeded as it lets through', () => {
    const { breaker, moves } = createOpen({ probes: 3 });
    const probes = [breaker.begin(1000), breaker.begin(1000), breaker.begin(1000)] as const;

    breaker.end(probes[0], 'good', 1100);
    breaker.answering(probes[1], 1200);
    expect(moves).toStrictEqual(['open → half_open']);

    breaker.end(probes[2], 'good', 1300);
    expect(moves).toStrictEqual(['open → half_open', 'half_open → closed']);
  });

  it('counts the success of a probe once', () => {
    const { breaker } = createOpen({ probes: 2 });
    const probe = breaker.begin(1000);

    breaker.answering(probe, 1100);
    breaker.answering(probe, 1150);
    breaker.end(probe, 'good', 1200);

    expect(breaker.state.name).toBe('half_open');
    expect(breaker.waitFor(1200)).toBe(0);
  });

  it('opens when a probe breaks that had begun to answer', () => {
    const { breaker } = createOpen({ probes: 2 });
    const probe = breaker.begin(1000);
    breaker.answering(probe, 1100);

    breaker.end(probe, 'bad', 1200);

    expect(breaker.state).toStrictEqual({ name: 'open', openFor: 2000, until: 3200 });
  });

  it('counts anew after each opening', () => {
    const { breaker } = createOpen({ probes: 2 });
    breaker.end(breaker.begin(1000), 'good', 1000);
    fail(breaker, 1000);

    breaker.end(breaker.begin(3000), 'good', 3000);

    expect(breaker.state.name).toBe('half_open');
  });

  it('keeps the place of a probe that had begun to answer, whatever its end', () => {
    const { breaker } = createOpen({ probes: 2 });
    const [probe] = [breaker.begin(1000), breaker.begin(1000)];
    breaker.answering(probe, 1000);

    breaker.end(probe, 'unknown', 1100);

    expect(breaker.waitFor(1100)).toBe(900);
  });

  it('lets as many others through as it still needs while probes do not end', () => {
    const { breaker } = createOpen({ probes: 3 });
    const [probe] = [breaker.begin(1000), breaker.begin(1000), breaker.begin(1000)];
    breaker.end(probe, 'good', 1000);

    const others = [breaker.begin(2000), breaker.begin(2000)];
    expect(breaker.waitFor(2000)).toBe(2000);

    for (const other of others) {
      breaker.end(other, 'good', 2100);
    }
    expect(breaker.state.name).toBe('closed');
  });

  it('counts the end of the probe that closed it like any other', () => {
    const { breaker } = createOpen();
    const probe = breaker.begin(1000);
    breaker.answering(probe, 1000);

    fail(breaker, 1100, 2);
    breaker.end(probe, 'bad', 1200);

    expect(breaker.state.name).toBe('open');
  });

  it('opens for twice the time with every failed probe, up to the longest time', () => {
    const { breaker } = createOpen();
    let now = 0;
    const waits = Array.from({ length: 4 }, () => {
      now += breaker.waitFor(now);
      fail(breaker, now);
      return breaker.waitFor(now);
    });

    expect(waits).toStrictEqual([2000, 4000, 4000, 4000]);
  });

  it('opens for the shortest time again once a whole success closed it', () => {
    const { breaker } = createOpen();
    fail(breaker, 1000);
    breaker.end(breaker.begin(3000), 'good', 3000);

    fail(breaker, 3000, 3);

    expect(breaker.waitFor(3000)).toBe(1000);
  });

  it('gives the place of a probe that says nothing to the next', () => {
    const { breaker } = createOpen();
    const probe = breaker.begin(1000);

    breaker.end(probe, 'unknown', 1100);

    expect(breaker.state.name).toBe('half_open');
    expect(breaker.waitFor(1100)).toBe(0);
    breaker.begin(1100);
    expect(breaker.waitFor(1100)).toBe(1000);
  });

  it('is not moved by those who began before it opened', () => {
    const { breaker, moves } = create();
    const old = (['good', 'bad', 'unknown'] as const).map((health) => ({
      ticket: breaker.begin(0),
      health,
    }));
    breaker.trip(0);
    breaker.begin(1000);
    moves.length = 0;

    for (const { ticket, health } of old) {
      breaker.end(ticket, health, 1100);
    }

    expect(moves).toStrictEqual([]);
    expect(breaker.waitFor(1100)).toBe(900);
  });

  it('gets no place from one who took none', () => {
    const { breaker } = createOpen();
    const early = breaker.begin(500);
    breaker.begin(1000);
    const uninvited = breaker.begin(1000);

    breaker.end(early, 'unknown', 1100);
    breaker.end(uninvited, 'unknown', 1100);
    expect(breaker.waitFor(1100)).toBe(900);

    breaker.end(breaker.begin(1100), 'bad', 1100);
    expect(breaker.state.name).toBe('half_open');
  });

  it('lets another through, in ever longer intervals, while probes do not end', () => {
    const { breaker } = createOpen({ probes: 2 });
    let now = 1000;
    const intervals = Array.from({ length: 4 }, () => {
      breaker.begin(now);
      breaker.begin(now);
      const wait = breaker.waitFor(now);
      now += wait;
      return wait;
    });

    expect(intervals).toStrictEqual([1000, 2000, 4000, 4000]);
  });

  it('hears a probe that took longer than expected', () => {
    const { breaker } = createOpen();
    const slow = breaker.begin(1000);
    breaker.begin(2000);

    breaker.end(slow, 'good', 2500);

    expect(breaker.state.name).toBe('closed');
  });

  it('gets no second place from such a probe', () => {
    const { breaker } = createOpen();
    const slow = breaker.begin(1000);
    breaker.begin(2000);

    breaker.end(slow, 'unknown', 2500);

    expect(breaker.waitFor(2500)).toBe(1500);
  });

  it('is opened by one failure, not once more by the next', () => {
    const { breaker, moves } = createOpen({ probes: 2 });
    const [first, second] = [breaker.begin(1000), breaker.begin(1000)];

    breaker.end(first, 'bad', 1000);
    breaker.end(second, 'bad', 1500);

    expect(moves).toStrictEqual(['open → half_open', 'half_open → open']);
    expect(breaker.waitFor(1500)).toBe(1500);
  });

  it('that has closed is not opened by the late failures of those who began before', () => {
    const { breaker, moves } = create();
    const old = [breaker.begin(0), breaker.begin(0), breaker.begin(0)];
    breaker.trip(0);
    breaker.end(breaker.begin(1000), 'good', 1000);
    moves.length = 0;

    for (const ticket of old) {
      breaker.end(ticket, 'bad', 2000);
    }

    expect(moves).toStrictEqual([]);
  });
});

describe('a breaker that closed because an answer had begun', () => {
  /** Closed at 1000, after it was open for the shortest time. */
  function createAnswering(): ReturnType<typeof create> & { probe: Ticket } {
    const created = createOpen();
    const probe = created.breaker.begin(1000);
    created.breaker.answering(probe, 1000);
    return { ...created, probe };
  }

  it('goes on doubling when it opens again soon, up to the longest time', () => {
    const { breaker } = createOpen();
    let now = 0;
    const waits = Array.from({ length: 4 }, () => {
      now += breaker.waitFor(now);
      const probe = breaker.begin(now);
      breaker.answering(probe, now);
      breaker.end(probe, 'bad', now);
      fail(breaker, now, 2);
      return breaker.waitFor(now);
    });

    expect(waits).toStrictEqual([2000, 4000, 4000, 4000]);
  });

  it('goes on doubling when it is tripped soon', () => {
    const { breaker } = createAnswering();

    breaker.trip(2000);

    expect(breaker.waitFor(2000)).toBe(2000);
  });

  it('opens for the shortest time again once an answer was whole', () => {
    const { breaker, probe } = createAnswering();

    breaker.end(probe, 'good', 1500);
    fail(breaker, 1600, 3);

    expect(breaker.waitFor(1600)).toBe(1000);
  });

  it('opens for the shortest time again after a window without opening', () => {
    const { breaker } = createAnswering();

    fail(breaker, 11_000, 3);

    expect(breaker.waitFor(11_000)).toBe(1000);
  });

  it('opens for twice the time until then, whatever is forgotten of outcomes', () => {
    const { breaker } = createAnswering();

    breaker.forget();
    fail(breaker, 10_999, 3);

    expect(breaker.waitFor(10_999)).toBe(2000);
  });
});

describe("a breaker's announcements", () => {
  it('come after the change, with both states', () => {
    const seen: [BreakerState, BreakerState, BreakerState][] = [];
    const breaker: CircuitBreaker = new CircuitBreaker(
      SETTINGS,
      new ConsecutiveFailures(1),
      (from, to) => {
        seen.push([from, to, breaker.state]);
      },
    );

    fail(breaker, 0);

    const open = { name: 'open', openFor: 1000, until: 1000 };
    expect(seen).toStrictEqual([[{ name: 'closed' }, open, open]]);
  });
});
