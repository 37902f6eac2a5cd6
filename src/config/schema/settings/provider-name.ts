import { refused, type Reading } from '../reading.js';
import { setting, type Setting } from '../setting.js';
import { readText } from './text.js';

/** A provider's name, as logs and metrics show it. */
export function providerName(): Setting<string> {
  return setting({ title: 'text', type: 'string' }, readProviderName);
}

function readProviderName(written: unknown): Reading<string> {
  const reading = readText(written);
  // Metrics call it `none` when a request reached no provider.
  return reading.accepted && reading.value === 'none'
    ? refused({ message: 'must not be "none"', remedy: 'metrics use it for no provider' })
    : reading;
}
