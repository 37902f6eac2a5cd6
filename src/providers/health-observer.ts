import type { HealthChange } from './breaker/provider-health.js';

/** Told whenever a provider, or one of its models, is taken out, tried again, or back. */
export interface HealthObserver {
  healthChanged(provider: string, change: HealthChange): void;
}

/** Token of the list of observers, see app.module.ts. */
export const HEALTH_OBSERVERS = Symbol('health observers');
