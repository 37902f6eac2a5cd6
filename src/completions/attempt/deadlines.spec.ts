import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { Deadlines } from './deadlines.js';

const TIMEOUTS = { connect: 5, firstToken: 60, idle: 30, total: 1000 };

function start(timeouts = TIMEOUTS): { clock: FakeClock; deadlines: Deadlines; expired: string[] } {
  const clock = new FakeClock();
  const expired: string[] = [];
  const deadlines = new Deadlines(clock, timeouts, clock.now(), (phase) => {
    expired.push(`${phase} at ${clock.now() - started}`);
  });
  const started = clock.now();
  return { clock, deadlines, expired };
}

describe('Deadlines', () => {
  it('wait for a connection first', () => {
    const { clock, expired } = start();

    clock.advance(4);
    expect(expired).toStrictEqual([]);

    clock.advance(1);
    expect(expired).toStrictEqual(['connect at 5']);
  });

  it('wait for the first token from the connection on', () => {
    const { clock, deadlines, expired } = start();
    clock.advance(3);

    deadlines.connected(true);
    clock.advance(1000);

    expect(expired).toStrictEqual(['first_token at 63']);
  });

  it('wait for an answer that is no stream as long as the whole call may take', () => {
    const { clock, deadlines, expired } = start();

    deadlines.connected(false);
    clock.advance(5000);

    expect(expired).toStrictEqual(['total at 1000']);
  });

  it('wait for the next part once something has come', () => {
    const { clock, deadlines, expired } = start();
    deadlines.connected(true);
    clock.advance(50);

    deadlines.progressed();
    clock.advance(29);
    deadlines.progressed();
    clock.advance(29);
    expect(expired).toStrictEqual([]);

    clock.advance(1);
    expect(expired).toStrictEqual(['idle at 109']);
  });

  it('take a shorter phase up at once, whatever the timer was set to', () => {
    const { clock, deadlines, expired } = start({ ...TIMEOUTS, connect: 500 });

    deadlines.connected(true);
    clock.advance(60);

    expect(expired).toStrictEqual(['first_token at 60']);
  });

  it('ignore a connection that comes about again: an answer is under way', () => {
    const { clock, deadlines, expired } = start();
    deadlines.connected(true);
    deadlines.progressed();

    deadlines.connected(true);
    clock.advance(30);

    expect(expired).toStrictEqual(['idle at 30']);
  });

  it('end in the total one, however much comes', () => {
    const { clock, deadlines, expired } = start();
    deadlines.connected(true);

    for (let time = 0; time < 1100 && expired.length === 0; time += 10) {
      clock.advance(10);
      deadlines.progressed();
    }

    expect(expired).toStrictEqual(['total at 1000']);
  });

  it('name the total one when another falls due with it', () => {
    const { clock, expired } = start({ ...TIMEOUTS, connect: 50, total: 50 });

    clock.advance(50);

    expect(expired).toStrictEqual(['total at 50']);
  });

  it('pass once', () => {
    const { clock, expired } = start();

    clock.advance(10_000);

    expect(expired).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('need one timer, however much comes', () => {
    const { clock, deadlines } = start();
    deadlines.connected(true);

    for (let count = 0; count < 100; count += 1) {
      deadlines.progressed();
      clock.advance(1);
      expect(clock.pending).toBe(1);
    }
  });

  it('leave no timer when they are cleared', () => {
    const { clock, deadlines, expired } = start();
    deadlines.connected(true);
    clock.advance(5);

    deadlines.clear();
    clock.advance(10_000);

    expect(clock.pending).toBe(0);
    expect(expired).toStrictEqual([]);
  });
});

describe('Deadlines while the provider is held back', () => {
  it('do not count its silence', () => {
    const { clock, deadlines, expired } = start();
    deadlines.connected(true);
    deadlines.progressed();

    deadlines.suspend();
    clock.advance(900);

    expect(expired).toStrictEqual([]);
  });

  it('do not count it either when something comes that was already on its way', () => {
    const { clock, deadlines, expired } = start();
    deadlines.connected(true);
    deadlines.progressed();

    deadlines.suspend();
    deadlines.progressed();
    clock.advance(900);

    expect(expired).toStrictEqual([]);
  });

  it('count anew from when it may go on', () => {
    const { clock, deadlines, expired } = start();
    deadlines.connected(true);
    deadlines.progressed();
    deadlines.suspend();
    clock.advance(500);

    deadlines.resume();
    clock.advance(29);
    expect(expired).toStrictEqual([]);

    clock.advance(1);
    expect(expired).toStrictEqual(['idle at 530']);
  });

  it('still wait for the first token afterwards when there was none', () => {
    const { clock, deadlines, expired } = start();
    deadlines.connected(true);
    deadlines.suspend();
    clock.advance(100);

    deadlines.resume();
    clock.advance(60);

    expect(expired).toStrictEqual(['first_token at 160']);
  });

  it('still end in the total one', () => {
    const { clock, deadlines, expired } = start();
    deadlines.connected(true);

    deadlines.suspend();
    clock.advance(1000);

    expect(expired).toStrictEqual(['total at 1000']);
  });
});
