import type { Clock } from '../../src/clock/index.js';
import { parseConfig } from '../../src/config/index.js';
import { ProviderHealth } from '../../src/providers/index.js';
import { FakeClock } from './fake-clock.js';

/** The circuit breaker's settings unless a configuration has its own. */
const { breaker } = parseConfig('providers: [{type: demo, name: demo}]');

/** @returns the health of a provider that nobody has asked yet, by the usual settings */
export function newHealth(clock: Clock = new FakeClock()): ProviderHealth {
  return new ProviderHealth(clock, breaker, () => undefined);
}
