import type { HealthChange } from './breaker/provider-health.js';
import type { Provider } from './provider.js';

/** What observers need to know of a provider. */
export type ObservedProvider = Pick<Provider, 'name' | 'models' | 'health'>;

/** Told whenever a provider, or one of its models, is taken out, tried again, or back. */
export interface HealthObserver {
  healthChanged(provider: ObservedProvider, change: HealthChange): void;
}

/** Token of the list of observers, see app.module.ts. */
export const HEALTH_OBSERVERS = Symbol('health observers');
