import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { LossReport } from './loss-report.js';

interface Stage {
  readonly clock: FakeClock;
  readonly losses: LossReport;
  readonly said: string[];
}

function stage(): Stage {
  const clock = new FakeClock();
  const said: string[] = [];
  return { clock, said, losses: new LossReport(clock, (words) => said.push(words)) };
}

describe('LossReport', () => {
  it.each([
    ['a status', { code: 403 }, 'the collector answered with status 403'],
    [
      'an error of the system',
      { code: 'ECONNREFUSED' },
      'the collector cannot be reached (ECONNREFUSED)',
    ],
    ['plain words', { message: 'Request timed out' }, 'Request timed out'],
    ['words that may hold an address', { message: 'http://user:secret@host' }, 'Error'],
  ])('says why, by %s', (_name, more, reason) => {
    const { losses, said } = stage();

    losses.exportFailed(Object.assign(new Error(), more));

    expect(said).toStrictEqual([`traces are lost: ${reason}`]);
  });

  it('says it of what is no error, too', () => {
    const { losses, said } = stage();

    losses.exportFailed('secret');

    expect(said).toStrictEqual(['traces are lost: for an unknown reason']);
  });

  it('says it once a minute, and then how often it was', () => {
    const { clock, losses, said } = stage();

    losses.lost('a');
    losses.lost('a');
    losses.lost('b');
    clock.advance(60_000);
    losses.lost('b');
    clock.advance(60_000);
    losses.lost('c');

    expect(said).toStrictEqual([
      'traces are lost: a',
      'traces are lost: b (and 2 times since this was last said)',
      'traces are lost: c',
    ]);
  });
});
