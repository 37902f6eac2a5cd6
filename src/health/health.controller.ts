import { Controller, Get, HttpStatus, Res, ServiceUnavailableException } from '@nestjs/common';
import {
  type HealthCheckResult,
  HealthCheckService,
  type HealthIndicatorFunction,
  HealthIndicatorService,
} from '@nestjs/terminus';
import type { Response } from 'express';
import { Clock } from '../clock/index.js';
import { Drain, Public } from '../http/index.js';
import { ProviderRegistry } from '../providers/index.js';
import { CachedRun } from './cached-run.js';
import { type HealthOverview, overviewOf } from './overview.js';
import { ProviderHealthIndicator } from './provider.health-indicator.js';

/** How long a detailed answer serves whoever asks next, ms: each one costs real completions. */
const DETAILED_FRESH_FOR = 10_000;

/** The probes. Only `/health/detailed` asks a provider anything. */
@Controller('health')
export class HealthController {
  readonly #detailed: CachedRun<HealthCheckResult>;

  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly providerIndicator: ProviderHealthIndicator,
    private readonly registry: ProviderRegistry,
    private readonly drain: Drain,
    private readonly clock: Clock,
  ) {
    this.#detailed = new CachedRun(clock, DETAILED_FRESH_FOR, () => this.#checkProviders());
  }

  /** For people and load balancers: who is configured, with which share. */
  @Get()
  @Public()
  overview(@Res({ passthrough: true }) response: Response): HealthOverview {
    const isServing = this.drain.phase === 'serving';
    response.status(isServing ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return overviewOf(this.registry.providers, isServing, this.clock.date());
  }

  /** The process answers. It says so while it drains, too: a restart would cut what still runs. */
  @Get('live')
  @Public()
  live(): Promise<HealthCheckResult> {
    return this.#run([]);
  }

  /** New requests are welcome. Never depends on a provider: all replicas would go out at once. */
  @Get('ready')
  @Public()
  async ready(@Res({ passthrough: true }) response: Response): Promise<HealthCheckResult> {
    return answer(response, await this.#run([this.#checkServing]));
  }

  /** Asks every provider for one tiny real completion. */
  @Get('detailed')
  @Public(({ health }) => !health.detailedRequiresKey)
  async detailed(@Res({ passthrough: true }) response: Response): Promise<HealthCheckResult> {
    return answer(response, await this.#detailed.get());
  }

  #checkProviders(): Promise<HealthCheckResult> {
    return this.#run(
      this.registry.providers.map((provider) => this.providerIndicator.check(provider)),
    );
  }

  readonly #checkServing: HealthIndicatorFunction = () => {
    const indicator = this.indicators.check('proxy');
    return this.drain.phase === 'serving'
      ? indicator.up()
      : indicator.down({ reason: 'shutting_down' });
  };

  /** Terminus throws the result of a failed check; here it is an answer like any other. */
  async #run(checks: HealthIndicatorFunction[]): Promise<HealthCheckResult> {
    try {
      return await this.checks.check(checks);
    } catch (error) {
      const result = error instanceof ServiceUnavailableException ? error.getResponse() : undefined;
      if (isHealthCheckResult(result)) {
        return result;
      }
      throw error;
    }
  }
}

function answer(response: Response, result: HealthCheckResult): HealthCheckResult {
  response.status(result.status === 'ok' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
  return result;
}

function isHealthCheckResult(value: unknown): value is HealthCheckResult {
  return typeof value === 'object' && value !== null && 'status' in value && 'details' in value;
}
