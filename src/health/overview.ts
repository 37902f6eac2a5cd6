/** What the overview needs to know of a provider. */
export interface WeighedProvider {
  readonly name: string;
  readonly weight: number;
}

/** The body of `/health`. */
export interface HealthOverview {
  readonly status: 'ok' | 'shutting_down';
  /** How many providers are configured. */
  readonly providers: number;
  readonly provider_info: readonly {
    readonly name: string;
    readonly weight: number;
    /** The provider's share of a model that all providers serve, in percent. */
    readonly probability: string;
  }[];
}

/** @returns the overview of a proxy that serves, or drains */
export function overviewOf(
  providers: readonly WeighedProvider[],
  isServing: boolean,
): HealthOverview {
  const total = providers.reduce((sum, { weight }) => sum + weight, 0);
  return {
    status: isServing ? 'ok' : 'shutting_down',
    providers: providers.length,
    provider_info: providers.map(({ name, weight }) => ({
      name,
      weight,
      probability: `${((weight / total) * 100).toFixed(1)}%`,
    })),
  };
}
