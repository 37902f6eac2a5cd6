import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { type AttemptOutcome, OUTCOMES } from '../outcomes/attempt-outcome.js';
import { ProviderHealth } from './provider-health.js';

const SETTINGS = {
  failureRatio: 0.5,
  minSamples: 10,
  consecutiveFailures: 5,
  window: 30_000,
  openFor: 5000,
  maxOpen: 30_000,
  probes: 1,
};

/** One provider, with a log of its breakers' moves. */
class Bench {
  readonly clock = new FakeClock();
  readonly moves: string[] = [];
  readonly health: ProviderHealth;

  constructor(settings: Partial<typeof SETTINGS> = {}) {
    this.health = new ProviderHealth(this.clock, { ...SETTINGS, ...settings }, (change) => {
      const { model = 'provider', from, to, openFor } = change;
      this.moves.push(`${model}: ${from} → ${to}${openFor > 0 ? ` for ${openFor}` : ''}`);
    });
  }

  /** Requests for a model, one after the other, which end at once. */
  ask(model: string, outcome: AttemptOutcome, times = 1): void {
    for (let time = 0; time < times; time += 1) {
      this.health.begin(model).end(outcome);
    }
  }
}

const OF_OUR_KEY: readonly AttemptOutcome[] = ['credentials_refused', 'forbidden'];
const BAD = (Object.keys(OUTCOMES) as AttemptOutcome[]).filter(
  (outcome) => OUTCOMES[outcome].health === 'bad' && !OF_OUR_KEY.includes(outcome),
);
const UNKNOWN = (Object.keys(OUTCOMES) as AttemptOutcome[]).filter(
  (outcome) => OUTCOMES[outcome].health === 'unknown',
);

describe('a provider that is well', () => {
  it('may be asked for any model', () => {
    const { health } = new Bench();

    expect(health.waitFor('a')).toBe(0);
    expect(health.snapshot()).toStrictEqual({ state: 'closed', wait: 0, models: [] });
  });

  it('is taken to be down after failures in a row', () => {
    const bench = new Bench();

    bench.ask('a', 'broken', 4);
    expect(bench.health.waitFor('a')).toBe(0);

    bench.ask('a', 'broken');
    expect(bench.health.waitFor('a')).toBe(5000);
    expect(bench.moves).toStrictEqual(['provider: closed → open for 5000']);
  });

  it('is taken to be down when half of its answers fail', () => {
    const bench = new Bench();

    for (let turn = 0; turn < 5; turn += 1) {
      bench.ask('a', 'success');
      bench.ask('a', 'broken');
    }

    expect(bench.moves).toStrictEqual(['provider: closed → open for 5000']);
  });

  it('is not judged by failures of long ago', () => {
    const bench = new Bench();

    bench.ask('a', 'broken', 4);
    bench.ask('a', 'success');
    bench.clock.advance(31_000);
    bench.ask('a', 'success', 4);
    bench.ask('a', 'broken', 3);

    expect(bench.moves).toStrictEqual([]);
  });

  it.each(BAD)('is blamed for %s', (outcome) => {
    const bench = new Bench();

    bench.ask('a', outcome, 5);

    expect(bench.moves).toStrictEqual(['provider: closed → open for 5000']);
  });

  it.each(UNKNOWN)('is not blamed for %s', (outcome) => {
    const bench = new Bench();

    bench.ask('a', outcome, 100);

    expect(bench.moves).toStrictEqual([]);
  });

  it.each(OF_OUR_KEY)('is out at once when it says %s', (outcome) => {
    const bench = new Bench();

    bench.ask('a', outcome);

    expect(bench.moves).toStrictEqual(['provider: closed → open for 5000']);
  });

  it('is out when it refuses our key for one model: the others have the same', () => {
    const bench = new Bench();
    bench.ask('b', 'success');
    bench.ask('c', 'success');

    bench.ask('a', 'credentials_refused');

    expect(bench.moves).toStrictEqual(['provider: closed → open for 5000']);
  });

  it('counts an end once', () => {
    const bench = new Bench();
    const permit = bench.health.begin('a');

    for (let time = 0; time < 10; time += 1) {
      permit.end('broken');
    }

    expect(bench.moves).toStrictEqual([]);
  });
});

describe('a provider that is out', () => {
  it('is asked again by one request when its time is over', () => {
    const bench = new Bench();
    bench.ask('a', 'broken', 5);

    bench.clock.advance(5000);
    expect(bench.health.waitFor('a')).toBe(0);

    bench.health.begin('a');
    expect(bench.health.waitFor('a')).toBe(5000);
    expect(bench.health.snapshot()).toMatchObject({ state: 'half_open', wait: 5000 });
  });

  it('is back, with a clean slate, on the success of that one', () => {
    const bench = new Bench();
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);

    bench.ask('a', 'success');
    bench.ask('a', 'broken', 4);

    expect(bench.health.waitFor('a')).toBe(0);
    expect(bench.moves).toStrictEqual([
      'provider: closed → open for 5000',
      'provider: open → half_open',
      'provider: half_open → closed',
    ]);
  });

  it('is back as soon as the answer to that one begins', () => {
    const bench = new Bench();
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);

    bench.health.begin('a').answering();

    expect(bench.health.waitFor('a')).toBe(0);
  });

  it('is out for twice the time when that answer and others break', () => {
    const bench = new Bench();
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);
    const probe = bench.health.begin('a');
    probe.answering();

    bench.ask('a', 'interrupted', 4);
    probe.end('interrupted');

    expect(bench.health.waitFor('a')).toBe(10_000);
  });

  it('is out for twice the time when that one fails', () => {
    const bench = new Bench();
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);

    bench.ask('a', 'broken');

    expect(bench.health.waitFor('a')).toBe(10_000);
  });

  it('is back when as many have succeeded as are let through', () => {
    const bench = new Bench({ probes: 3 });
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);

    bench.ask('a', 'success', 2);
    expect(bench.health.snapshot().state).toBe('half_open');

    bench.health.begin('a').answering();
    expect(bench.health.snapshot().state).toBe('closed');
  });

  it('hears the good answers of a model that is itself being tried', () => {
    const bench = new Bench({ probes: 2 });
    bench.ask('b', 'success');
    bench.ask('a', 'credentials_refused');
    bench.ask('b', 'credentials_refused');
    bench.clock.advance(5000);

    bench.ask('a', 'success', 2);

    expect(bench.health.snapshot()).toStrictEqual({ state: 'closed', wait: 0, models: [] });
  });

  it.each(UNKNOWN)('lets the next try when that one ends as %s', (outcome) => {
    const bench = new Bench();
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);

    bench.health.begin('a').end(outcome, 0);

    expect(bench.health.snapshot().state).toBe('half_open');
    expect(bench.health.waitFor('a')).toBe(0);
  });

  it('does not hear those who began before', () => {
    const bench = new Bench();
    const old = Array.from({ length: 20 }, () => bench.health.begin('a'));
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);
    bench.health.begin('a');
    bench.moves.length = 0;

    old.forEach((permit, index) => {
      permit.answering();
      permit.end((['success', 'timeout', 'credentials_refused'] as const)[index % 3] ?? 'broken');
    });

    expect(bench.moves).toStrictEqual([]);
    expect(bench.health.waitFor('a')).toBe(5000);
  });

  it('is not out again for those who began before, once it is back', () => {
    const bench = new Bench();
    const old = Array.from({ length: 20 }, () => bench.health.begin('a'));
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);
    bench.ask('a', 'success');
    bench.moves.length = 0;

    for (const permit of old) {
      permit.end('timeout');
    }

    expect(bench.moves).toStrictEqual([]);
  });
});

describe('a provider that is back', () => {
  it('does not hold against its models what they did before', () => {
    const bench = new Bench();
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);
    bench.ask('b', 'success');

    bench.ask('a', 'broken', 4);

    expect(bench.health.waitFor('a')).toBe(0);
  });

  it('does not hear of them from requests of before either', () => {
    const bench = new Bench();
    const late = Array.from({ length: 20 }, () => bench.health.begin('a'));
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);
    bench.ask('b', 'success');

    for (const permit of late) {
      permit.end('timeout');
    }

    expect(bench.health.waitFor('a')).toBe(0);
  });
});

describe('a model that fails alone', () => {
  it('is out, and the others are not', () => {
    const bench = new Bench();
    bench.ask('b', 'success');

    bench.ask('a', 'broken', 5);

    expect(bench.moves).toStrictEqual(['a: closed → open for 5000']);
    expect(bench.health.waitFor('a')).toBe(5000);
    expect(bench.health.waitFor('b')).toBe(0);
    expect(bench.health.snapshot()).toStrictEqual({
      state: 'closed',
      wait: 0,
      models: [{ model: 'a', state: 'open', wait: 5000, cooling: 0 }],
    });
  });

  it('is out by its own ratio, whatever the others do', () => {
    const bench = new Bench();
    bench.ask('b', 'success', 100);

    for (let turn = 0; turn < 5; turn += 1) {
      bench.ask('a', 'success');
      bench.ask('a', 'broken');
      bench.ask('b', 'success', 10);
    }

    expect(bench.moves).toStrictEqual(['a: closed → open for 5000']);
  });

  it('is out even where the others fail now and then', () => {
    const bench = new Bench();
    bench.ask('b', 'broken', 2);
    bench.ask('b', 'success', 50);

    bench.ask('a', 'broken', 5);

    expect(bench.moves).toStrictEqual(['a: closed → open for 5000']);
  });

  it('comes back on its own', () => {
    const bench = new Bench();
    bench.ask('b', 'success');
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);
    bench.ask('a', 'broken');
    bench.clock.advance(10_000);

    bench.ask('a', 'success');

    expect(bench.moves.slice(1)).toStrictEqual([
      'a: open → half_open',
      'a: half_open → open for 10000',
      'a: open → half_open',
      'a: half_open → closed',
    ]);
  });

  it('does not bring the provider down with it: its failures were its own', () => {
    const bench = new Bench();
    bench.ask('b', 'success');
    const late = Array.from({ length: 20 }, () => bench.health.begin('a'));
    bench.ask('a', 'broken', 5);

    for (const permit of late) {
      permit.end('timeout');
    }
    bench.clock.advance(5000);
    bench.ask('a', 'broken');
    bench.ask('b', 'broken', 3);

    expect(bench.health.waitFor('b')).toBe(0);
    expect(bench.health.snapshot().state).toBe('closed');
  });

  it('does not count against the provider while it is out', () => {
    const bench = new Bench();
    bench.ask('b', 'success');
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);

    bench.ask('b', 'broken', 4);
    bench.ask('a', 'broken');

    expect(bench.health.snapshot().state).toBe('closed');
  });

  it('does not count against the provider by requests of before, once it is back', () => {
    const bench = new Bench();
    bench.ask('b', 'success');
    const late = Array.from({ length: 20 }, () => bench.health.begin('a'));
    bench.ask('a', 'broken', 5);
    bench.clock.advance(5000);
    bench.ask('a', 'success');

    for (const permit of late) {
      permit.end('timeout');
    }
    bench.ask('b', 'broken');

    expect(bench.health.snapshot()).toStrictEqual({ state: 'closed', wait: 0, models: [] });
  });

  it('does well again as soon as an answer begins', () => {
    const bench = new Bench();
    bench.ask('b', 'success');
    bench.ask('a', 'broken', 5);
    bench.clock.advance(29_900);
    bench.health.begin('a').answering();
    bench.clock.advance(200);

    bench.ask('c', 'broken', 5);

    expect(bench.moves.at(-1)).toBe('c: closed → open for 5000');
  });

  it('may be one of several that do', () => {
    const bench = new Bench();
    bench.ask('fine', 'success');

    for (const model of ['a', 'b', 'c']) {
      bench.ask(model, 'forbidden');
    }

    expect(bench.moves).toStrictEqual([
      'a: closed → open for 5000',
      'b: closed → open for 5000',
      'c: closed → open for 5000',
    ]);
  });

  it('is out at once when our key does not do for it alone', () => {
    const bench = new Bench();
    bench.ask('b', 'success');

    bench.ask('a', 'forbidden');

    expect(bench.moves).toStrictEqual(['a: closed → open for 5000']);
  });

  it('is not alone when the others fail, too', () => {
    const bench = new Bench();
    bench.ask('a', 'success', 50);
    bench.ask('b', 'success', 50);

    for (let turn = 0; turn < 3; turn += 1) {
      bench.ask('a', 'broken');
      bench.ask('b', 'broken');
    }

    expect(bench.moves).toStrictEqual(['provider: closed → open for 5000']);
  });

  it('is not alone when all that did well are out already', () => {
    const bench = new Bench();
    bench.ask('b', 'success');
    bench.ask('a', 'broken', 5);

    bench.ask('b', 'broken', 5);

    expect(bench.moves).toStrictEqual([
      'a: closed → open for 5000',
      'provider: closed → open for 5000',
    ]);
  });

  it('is not alone when the others did well long ago', () => {
    const bench = new Bench();
    bench.ask('b', 'success');
    bench.clock.advance(31_000);

    bench.ask('a', 'broken', 5);

    expect(bench.moves).toStrictEqual(['provider: closed → open for 5000']);
  });
});

describe('a second opinion', () => {
  /** Out by the failures of model a; nothing is known of the others. */
  function createOut(): Bench {
    const bench = new Bench();
    bench.ask('a', 'broken', 5);
    bench.clock.advance(1000);
    bench.moves.length = 0;
    return bench;
  }

  it('may be given by a model that has not failed', () => {
    const { health } = createOut();

    expect(health.waitFor('a')).toBe(4000);
    expect(health.waitFor('b')).toBe(0);
  });

  it('is asked of one model only', () => {
    const { health } = createOut();

    health.begin('b');

    expect(health.waitFor('b')).toBe(4000);
    expect(health.waitFor('c')).toBe(4000);
  });

  it('that is good brings the provider back and leaves the failing model out', () => {
    const bench = createOut();

    bench.ask('b', 'success');

    expect(bench.moves).toStrictEqual(['provider: open → closed', 'a: closed → open for 5000']);
    expect(bench.health.waitFor('a')).toBe(4000);
    expect(bench.health.waitFor('b')).toBe(0);
  });

  it('is given as soon as an answer begins', () => {
    const bench = createOut();

    bench.health.begin('b').answering();

    expect(bench.moves).toStrictEqual(['provider: open → closed', 'a: closed → open for 5000']);
  });

  it('that is bad is the last one for this time', () => {
    const bench = createOut();

    bench.ask('b', 'broken');

    expect(bench.moves).toStrictEqual([]);
    expect(bench.health.waitFor('b')).toBe(4000);
    expect(bench.health.waitFor('c')).toBe(4000);
  });

  it('that says nothing leaves room for another', () => {
    const bench = createOut();

    bench.ask('b', 'client_closed');

    expect(bench.health.waitFor('c')).toBe(0);
  });

  it('may be asked for again when the provider opens again', () => {
    const bench = createOut();
    bench.ask('b', 'broken');
    bench.clock.advance(4000);
    bench.ask('a', 'broken');

    expect(bench.health.waitFor('b')).toBe(10_000);
    expect(bench.health.waitFor('c')).toBe(0);
  });

  it('is not needed from a model when it has its own reason to wait', () => {
    const bench = new Bench();
    bench.health.begin('b').end('rate_limited', 3000);
    bench.ask('a', 'broken', 5);

    expect(bench.health.waitFor('b')).toBe(3000);
  });

  it('says nothing that a probe does not: a success in half-open clears everyone', () => {
    const bench = createOut();
    bench.clock.advance(4000);

    bench.ask('b', 'success');

    expect(bench.moves).toStrictEqual([
      'provider: open → half_open',
      'provider: half_open → closed',
    ]);
    expect(bench.health.waitFor('a')).toBe(0);
  });
});

describe('a rate limit', () => {
  it('keeps the model out for the time that was asked', () => {
    const bench = new Bench();

    bench.health.begin('a').end('rate_limited', 7000);

    expect(bench.health.waitFor('a')).toBe(7000);
    expect(bench.health.waitFor('b')).toBe(0);
    expect(bench.health.snapshot().models).toStrictEqual([
      { model: 'a', state: 'closed', wait: 0, cooling: 7000 },
    ]);
    bench.clock.advance(7000);
    expect(bench.health.waitFor('a')).toBe(0);
    expect(bench.health.snapshot().models).toStrictEqual([]);
  });

  it.each([undefined, NaN, Infinity])('that asks %s lasts a second', (requestedWait) => {
    const bench = new Bench();

    bench.health.begin('a').end('rate_limited', requestedWait);

    expect(bench.health.waitFor('a')).toBe(1000);
  });

  it.each([0, -5000])('that asks %d ms lasts no time', (requestedWait) => {
    const bench = new Bench();

    bench.health.begin('a').end('rate_limited', requestedWait);

    expect(bench.health.waitFor('a')).toBe(0);
  });

  it('is not cut short by another', () => {
    const bench = new Bench();
    const [first, second] = [bench.health.begin('a'), bench.health.begin('a')];

    first.end('rate_limited', 7000);
    second.end('rate_limited', 1000);

    expect(bench.health.waitFor('a')).toBe(7000);
  });

  it('is heeded when it comes late', () => {
    const bench = new Bench();
    const old = bench.health.begin('a');
    bench.ask('a', 'broken', 5);

    old.end('rate_limited', 20_000);

    expect(bench.health.waitFor('a')).toBe(20_000);
  });

  it('is not asked of any other outcome', () => {
    const bench = new Bench();

    bench.health.begin('a').end('broken', 7000);

    expect(bench.health.waitFor('a')).toBe(0);
  });
});

describe('names of models without number', () => {
  const names = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `model-${index}`);

  /** How many of the models cool. */
  const remembered = ({ health }: Bench): number => health.snapshot().models.length;

  it('are remembered up to a thousand', () => {
    const bench = new Bench();

    for (const name of names(1500)) {
      bench.health.begin(name).end('rate_limited', 60_000);
    }

    expect(remembered(bench)).toBe(1000);
    expect(bench.health.waitFor('model-1499')).toBe(60_000);
    expect(bench.health.waitFor('model-0')).toBe(0);
  });

  it('do not push out the ones that must wait', () => {
    const bench = new Bench();
    bench.health.begin('cooling').end('rate_limited', 60_000);
    bench.ask('fine', 'success');
    bench.ask('out', 'broken', 5);

    for (const name of names(3000)) {
      bench.ask(name, 'success');
    }

    expect(bench.health.waitFor('cooling')).toBe(60_000);
    expect(bench.health.waitFor('out')).toBe(5000);
  });

  it('push out those first that nobody has used for long', () => {
    const bench = new Bench();
    for (const name of ['fine', 'better', 'best']) {
      bench.ask(name, 'success');
    }
    bench.ask('idle', 'broken', 4);
    bench.ask('used', 'broken', 4);

    for (const name of names(2500)) {
      bench.ask('used', 'rejected');
      bench.ask(name, 'success');
    }
    bench.ask('used', 'broken');
    bench.ask('idle', 'broken');

    expect(bench.health.waitFor('used')).toBe(5000);
    expect(bench.health.waitFor('idle')).toBe(0);
  });

  it('do no harm to a request whose model was forgotten meanwhile', () => {
    const bench = new Bench();
    const permit = bench.health.begin('forgotten');
    for (const name of names(1000)) {
      bench.ask(name, 'success');
    }

    permit.end('rate_limited', 60_000);

    expect(bench.health.waitFor('forgotten')).toBe(0);
  });
});
