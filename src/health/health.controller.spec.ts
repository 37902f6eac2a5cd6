import { newHealth } from '../../test/support/provider-health.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import type { Response } from 'express';
import { FakeClock } from '../../test/support/fake-clock.js';
import { closeAll, track } from '../../test/support/resources.js';
import { StubUpstream } from '../../test/support/stub-upstream.js';
import { FakeUpstream } from '../../test/support/upstream/fake-upstream.js';
import { json, resetting, respond } from '../../test/support/upstream/scripts.js';
import { turns } from '../../test/support/waiting.js';
import { Clock } from '../clock/index.js';
import { type ProviderConfig, parseConfig } from '../config/index.js';
import { Drain, type DrainPhase } from '../http/index.js';
import { ProbeError, Provider, ProviderRegistry, type Upstream } from '../providers/index.js';
import { createProviders } from '../providers/create-providers.js';
import { HealthController } from './health.controller.js';
import { ProviderHealthIndicator } from './provider.health-indicator.js';

const KEY = 'sk-provider-0123456789';
const MAPPED = 'model_mapping: {a: sent}';

/** Takes down the status that a handler sets. */
class StatusRecorder {
  code = 200;

  status(code: number): this {
    this.code = code;
    return this;
  }
}

describe('HealthController', () => {
  let clock: FakeClock;
  let drain: { phase: DrainPhase };
  let upstream: StubUpstream;
  let recorder: StatusRecorder;
  let response: Response;

  beforeEach(() => {
    clock = new FakeClock();
    drain = { phase: 'serving' };
    upstream = new StubUpstream();
    recorder = new StatusRecorder();
    response = recorder as unknown as Response;
  });

  afterEach(closeAll);

  /** A provider that serves one model, unless its settings say otherwise. */
  function providerOf(name: string, target: Upstream, settings = MAPPED): Provider {
    const yaml = `providers: [{name: ${name}, type: demo, ${settings}}]`;
    const [config] = parseConfig(yaml).providers as [ProviderConfig];
    return new Provider(config, target, newHealth(clock));
  }

  async function controllerOf(...providers: readonly Provider[]): Promise<HealthController> {
    const testing = await Test.createTestingModule({
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController],
      providers: [
        ProviderHealthIndicator,
        { provide: ProviderRegistry, useValue: new ProviderRegistry(providers) },
        { provide: Drain, useValue: drain },
        { provide: Clock, useValue: clock },
      ],
    }).compile();
    track(testing);
    return testing.get(HealthController);
  }

  describe('/health', () => {
    it('says who is configured, and asks nobody', async () => {
      const controller = await controllerOf(providerOf('a', upstream));

      expect(controller.overview(response)).toMatchObject({ status: 'ok', providers: 1 });
      expect(recorder.code).toBe(200);
      expect(upstream.probed).toStrictEqual([]);
    });

    it.each(['draining', 'closing'] as const)('says 503 while %s', async (phase) => {
      const controller = await controllerOf(providerOf('a', upstream));
      drain.phase = phase;

      expect(controller.overview(response)).toMatchObject({ status: 'shutting_down' });
      expect(recorder.code).toBe(503);
    });
  });

  describe('/health/live', () => {
    it('is well, even while the proxy drains', async () => {
      const controller = await controllerOf(providerOf('a', upstream));
      drain.phase = 'closing';

      await expect(controller.live()).resolves.toMatchObject({ status: 'ok' });
    });
  });

  describe('/health/ready', () => {
    it('is ready while the proxy serves, whatever its providers do', async () => {
      upstream.answerProbe = () => Promise.reject(new ProbeError('unreachable'));
      const controller = await controllerOf(providerOf('a', upstream));

      await expect(controller.ready(response)).resolves.toMatchObject({ status: 'ok' });
      expect(recorder.code).toBe(200);
      expect(upstream.probed).toStrictEqual([]);
    });

    it('is not ready any more once the proxy drains', async () => {
      const controller = await controllerOf(providerOf('a', upstream));
      drain.phase = 'draining';

      await expect(controller.ready(response)).resolves.toMatchObject({
        status: 'error',
        details: { proxy: { status: 'down', reason: 'shutting_down' } },
      });
      expect(recorder.code).toBe(503);
    });
  });

  describe('/health/detailed', () => {
    it('asks every provider for a model it serves', async () => {
      const controller = await controllerOf(providerOf('a', upstream), providerOf('b', upstream));

      await expect(controller.detailed(response)).resolves.toMatchObject({
        status: 'ok',
        details: {
          a: { status: 'up', tested_model: 'sent', responseTime: expect.any(Number) },
          b: { status: 'up', tested_model: 'sent' },
        },
      });
      expect(recorder.code).toBe(200);
    });

    it('asks a provider whose mapping names no model for the first that it lists', async () => {
      upstream.list = () => Promise.resolve(['first', 'second']);
      const controller = await controllerOf(providerOf('a', upstream, 'weight: 1'));

      await controller.detailed(response);

      expect(upstream.probed).toStrictEqual(['first']);
    });

    it.each<[string, () => Promise<readonly string[]>]>([
      ['it lists no models', () => Promise.resolve([])],
      ['its models could not be listed', () => Promise.reject(new Error('http://up sk-1'))],
    ])('says so when there is none: %s', async (message, list) => {
      upstream.list = list;
      const controller = await controllerOf(providerOf('a', upstream, 'weight: 1'));

      const { details } = await controller.detailed(response);

      expect(details).toMatchObject({ a: { status: 'down', message } });
      expect(JSON.stringify(details)).not.toContain('sk-1');
    });

    it('names each provider that is ill, and why, and answers 503', async () => {
      const ill = new StubUpstream();
      ill.answerProbe = () => Promise.reject(new ProbeError('HTTP 500'));
      const controller = await controllerOf(providerOf('a', upstream), providerOf('b', ill));

      await expect(controller.detailed(response)).resolves.toMatchObject({
        status: 'error',
        details: { a: { status: 'up' }, b: { status: 'down', message: 'HTTP 500' } },
      });
      expect(recorder.code).toBe(503);
    });

    it('asks all providers at once', async () => {
      const never = new StubUpstream();
      never.answerProbe = () => new Promise(() => undefined);
      const controller = await controllerOf(providerOf('a', never), providerOf('b', upstream));

      void controller.detailed(response);
      await turns();

      expect(never.probed).toHaveLength(1);
      expect(upstream.probed).toHaveLength(1);
    });

    it('costs one probe a provider, however many ask within ten seconds', async () => {
      const controller = await controllerOf(providerOf('a', upstream));

      await Promise.all([controller.detailed(response), controller.detailed(response)]);
      clock.advance(9999);
      await controller.detailed(response);
      expect(upstream.probed).toHaveLength(1);
      clock.advance(1);
      await controller.detailed(response);

      expect(upstream.probed).toHaveLength(2);
    });

    it('answers 503 again from its memory of an illness', async () => {
      upstream.answerProbe = () => Promise.reject(new ProbeError('timeout'));
      const controller = await controllerOf(providerOf('a', upstream));

      await controller.detailed(response);
      recorder.code = 200;
      await controller.detailed(response);

      expect(recorder.code).toBe(503);
      expect(upstream.probed).toHaveLength(1);
    });

    it.each([
      ['refuses our key', json(401, { error: { message: `Incorrect API key: ${KEY}` } })],
      ['breaks the connection', resetting],
      ['sends something else', respond(200, `<html>${KEY}`, { 'content-type': 'text/html' })],
    ])('names neither address nor key of a provider that %s', async (_, script) => {
      const server = await FakeUpstream.start();
      server.answer(script);
      server.models = script;
      const settings = `api_base: "${server.url}", api_key: ${KEY}`;
      const yaml = `providers:
        - {name: mapped, model_mapping: {a: b}, ${settings}}
        - {name: open, ${settings}}`;
      const providers = createProviders(parseConfig(yaml), { clock, announce: () => undefined });
      providers.forEach((provider) => track(provider.upstream));

      const result = await (await controllerOf(...providers)).detailed(response);

      const told = JSON.stringify(result);
      expect(result.details).toMatchObject({
        mapped: { status: 'down' },
        open: { status: 'down' },
      });
      expect(told).not.toContain(KEY);
      expect(told).not.toContain('127.0.0.1');
      expect(told).not.toContain(String(server.port));
    });
  });
});
