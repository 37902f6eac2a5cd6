import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { FakeClock } from '../../test/support/fake-clock.js';
import { ClockModule } from './clock.module.js';
import { Clock } from './clock.js';
import { SystemClock } from './system-clock.js';

describe('ClockModule', () => {
  it("gives everybody the machine's time", async () => {
    const module = await Test.createTestingModule({ imports: [ClockModule.forRoot()] }).compile();

    expect(module.get(Clock)).toBeInstanceOf(SystemClock);
  });

  it('gives everybody the time it was told to', async () => {
    const clock = new FakeClock();
    const imports = [ClockModule.forRoot(clock)];
    const module = await Test.createTestingModule({ imports }).compile();

    expect(module.get(Clock)).toBe(clock);
  });
});
