import { Injectable } from '@nestjs/common';
import { type HealthIndicatorFunction, HealthIndicatorService } from '@nestjs/terminus';
import { ProbeError, type Provider } from '../providers/index.js';

/** How long a provider may take to answer its probe, ms. */
const PROBE_TIMEOUT = 30_000;

/** Asks one provider for one tiny real completion. */
@Injectable()
export class ProviderHealthIndicator {
  constructor(private readonly indicators: HealthIndicatorService) {}

  /** @returns a check that says how long the provider took, and which model it was asked for */
  check(provider: Provider): HealthIndicatorFunction {
    return () =>
      this.indicators
        .check(provider.name)
        .attempt(async () => ({ tested_model: await probe(provider) }))
        .withTimeout(PROBE_TIMEOUT);
  }
}

/**
 * @returns the model that answered
 * @throws ProbeError with a reason that is fit for everyone to read
 */
async function probe(provider: Provider): Promise<string> {
  const model = provider.models.firstTarget() ?? (await firstListed(provider));
  await provider.upstream.probe(model, PROBE_TIMEOUT);
  return model;
}

/** @returns a model of a provider whose mapping names none */
async function firstListed(provider: Provider): Promise<string> {
  let names: readonly string[];
  try {
    names = await provider.upstream.listModels(PROBE_TIMEOUT);
  } catch (error) {
    throw new ProbeError('its models could not be listed', { cause: error });
  }
  const [name] = names;
  if (name === undefined) {
    throw new ProbeError('it lists no models');
  }
  return name;
}
