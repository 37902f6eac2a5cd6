import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { LiveConfig, type ProxyConfig, parseConfig } from '../config/index.js';
import { InvalidApiKeyError } from '../errors/index.js';
import { MasterKeyGuard } from './master-key.guard.js';
import { Public } from './public.decorator.js';

class ClosedController {
  closed(): string {
    return 'closed';
  }

  @Public()
  open(): string {
    return 'open';
  }

  @Public(({ metrics }) => !metrics.requiresKey)
  sometimes(): string {
    return 'sometimes';
  }
}

@Public()
class OpenController {
  inherits(): string {
    return 'inherits';
  }

  @Public(() => false)
  closed(): string {
    return 'closed';
  }
}

type Handler = () => string;

function method(controller: object, name: string): Handler {
  return Reflect.get(controller, name) as Handler;
}

function execution(
  controller: typeof ClosedController | typeof OpenController,
  name: string,
  headers: IncomingHttpHeaders = {},
): ExecutionContext {
  return new ExecutionContextHost(
    [{ headers }, {}],
    controller,
    method(controller.prototype, name),
  );
}

function live(settings: string): LiveConfig {
  return new LiveConfig(configOf(settings));
}

function configOf(settings: string): ProxyConfig {
  return parseConfig(`providers: [{type: demo, name: demo}]\n${settings}`, { environment: {} });
}

function guard(settings = ''): MasterKeyGuard {
  return new MasterKeyGuard(live(settings), new Reflector());
}

const KEY = 'server: {master_api_key: sk-master}\n';

describe('MasterKeyGuard', () => {
  it.each<[string, IncomingHttpHeaders]>([
    ['Authorization', { authorization: 'Bearer sk-master' }],
    ['x-api-key', { 'x-api-key': 'sk-master' }],
  ])('lets a request pass that carries the key as %s', (_name, headers) => {
    expect(guard(KEY).canActivate(execution(ClosedController, 'closed', headers))).toBe(true);
  });

  it('asks for a key where there is none', () => {
    const attempt = (): boolean => guard(KEY).canActivate(execution(ClosedController, 'closed'));

    expect(attempt).toThrow(InvalidApiKeyError);
    expect(attempt).toThrow("You didn't provide an API key.");
  });

  it('refuses another key, without repeating either', () => {
    const headers = { authorization: 'Bearer sk-other' };
    const attempt = (): boolean =>
      guard(KEY).canActivate(execution(ClosedController, 'closed', headers));

    expect(attempt).toThrow(new InvalidApiKeyError('Incorrect API key provided.'));
  });

  it('lets everybody pass when no key is configured', () => {
    expect(guard().canActivate(execution(ClosedController, 'closed'))).toBe(true);
  });

  it.each([
    ['an open route', ClosedController, 'open'],
    ['a route of an open controller', OpenController, 'inherits'],
    ['a route that is open under this configuration', ClosedController, 'sometimes'],
  ] as const)('lets everybody pass to %s, whatever key they send', (_name, controller, name) => {
    const headers = { authorization: 'Bearer sk-other' };

    expect(guard(KEY).canActivate(execution(controller, name, headers))).toBe(true);
  });

  it.each([
    ['a route that is closed under this configuration', ClosedController, 'sometimes'],
    ['a closed route of an open controller', OpenController, 'closed'],
  ] as const)('asks for the key at %s', (_name, controller, name) => {
    const strict = guard(`${KEY}metrics: {requires_key: true}`);

    expect(() => strict.canActivate(execution(controller, name))).toThrow(InvalidApiKeyError);
  });

  it('goes by the key and the rules of the present configuration', () => {
    const config = live(KEY);
    const changing = new MasterKeyGuard(config, new Reflector());
    const passes = (key: string, name = 'closed'): boolean => {
      try {
        const headers = { authorization: `Bearer ${key}` };
        return changing.canActivate(execution(ClosedController, name, headers));
      } catch {
        return false;
      }
    };

    config.replace(configOf('server: {master_api_key: sk-rotated}\nmetrics: {requires_key: true}'));
    expect([passes('sk-master'), passes('sk-rotated')]).toStrictEqual([false, true]);
    expect(passes('sk-master', 'sometimes')).toBe(false);

    config.replace(configOf(''));
    expect(passes('anything')).toBe(true);

    config.replace(configOf(KEY));
    expect([passes('anything'), passes('sk-master')]).toStrictEqual([false, true]);
  });
});
