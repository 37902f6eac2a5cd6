import type { HealthSnapshot } from '../providers/index.js';

/** What the overview needs to know of a provider. */
export interface OverviewedProvider {
  readonly name: string;
  readonly weight: number;
  readonly health: { snapshot(): HealthSnapshot };
}

/** The body of `/health`. */
export interface HealthOverview {
  readonly status: 'ok' | 'shutting_down';
  /** How many providers are configured. */
  readonly providers: number;
  readonly provider_info: readonly ProviderInfo[];
}

interface ProviderInfo {
  readonly name: string;
  readonly weight: number;
  /** The provider's share of a model that all providers serve, in percent. */
  readonly probability: string;
  /** Its circuit breaker: closed (it is asked), open (it is not), half_open (it is being tried). */
  readonly state: HealthSnapshot['state'];
  /** When it will be asked again (ISO 8601); only while it is out. */
  readonly out_until?: string;
  /**
   * Its models that are out on their own account, or cool down after a rate limit; without their
   * names, which are nobody's business (metrics and log have them).
   */
  readonly models_out?: readonly ModelOut[];
}

interface ModelOut {
  readonly state: HealthSnapshot['state'];
  /** When it will be asked again (ISO 8601); only where that is still to come. */
  readonly out_until?: string;
}

/**
 * @param date - the calendar's time, ms since 1970
 * @returns the overview of a proxy that serves, or drains
 */
export function overviewOf(
  providers: readonly OverviewedProvider[],
  isServing: boolean,
  date: number,
): HealthOverview {
  const total = providers.reduce((sum, { weight }) => sum + weight, 0);
  const outFor = (wait: number): { readonly out_until?: string } =>
    wait > 0 ? { out_until: new Date(date + wait).toISOString() } : {};
  return {
    status: isServing ? 'ok' : 'shutting_down',
    providers: providers.length,
    provider_info: providers.map(({ name, weight, health }) => {
      const { state, wait, models } = health.snapshot();
      const modelsOut = models.map((model) => ({
        state: model.state,
        ...outFor(Math.max(model.wait, model.cooling)),
      }));
      return {
        name,
        weight,
        probability: `${((weight / total) * 100).toFixed(1)}%`,
        state,
        ...outFor(wait),
        ...(modelsOut.length > 0 ? { models_out: modelsOut } : {}),
      };
    }),
  };
}
