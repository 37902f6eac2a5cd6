import type { Clock } from '../clock/index.js';
import type { TraceSettings } from '../config/index.js';
import type { Tracing } from './tracing.js';

/**
 * Loads OpenTelemetry's SDK, which nobody pays for who does not use it, and starts it.
 *
 * @param warn - told what goes wrong, in words that hold no secret
 */
export async function openTracing(
  settings: TraceSettings,
  clock: Clock,
  warn: (words: string) => void,
): Promise<Tracing> {
  const { startSdk } = await import('./sdk.js');
  return startSdk(settings, clock, warn);
}
