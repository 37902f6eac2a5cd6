import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { LiveConfig, type ProxyConfig } from '../config/index.js';
import { InvalidApiKeyError } from '../errors/index.js';
import { clientKeyFrom } from './client-key.js';
import { MasterKey } from './master-key.js';
import { PUBLIC, type PublicRule } from './public.decorator.js';

/** Lets a request pass that carries the master key; stands before the body is read. */
@Injectable()
export class MasterKeyGuard implements CanActivate {
  #masterKey: MasterKey | undefined;

  constructor(
    private readonly config: LiveConfig,
    private readonly reflector: Reflector,
  ) {
    this.#masterKey = masterKeyOf(config.current);
    config.onChange((current) => {
      this.#masterKey = masterKeyOf(current);
    });
  }

  /** @throws InvalidApiKeyError when a key is configured and the request has none or another */
  canActivate(execution: ExecutionContext): boolean {
    if (this.#masterKey === undefined || this.#isPublic(execution)) {
      return true;
    }
    const key = clientKeyFrom(execution.switchToHttp().getRequest<Request>().headers);
    if (key === undefined) {
      throw new InvalidApiKeyError(
        "You didn't provide an API key. Send it as 'Authorization: Bearer YOUR_KEY'.",
      );
    }
    if (!this.#masterKey.matches(key)) {
      throw new InvalidApiKeyError('Incorrect API key provided.');
    }
    return true;
  }

  #isPublic(execution: ExecutionContext): boolean {
    const rule = this.reflector.getAllAndOverride<PublicRule | undefined>(PUBLIC, [
      execution.getHandler(),
      execution.getClass(),
    ]);
    return rule?.(this.config.current) ?? false;
  }
}

function masterKeyOf({ server: { masterApiKey } }: ProxyConfig): MasterKey | undefined {
  return masterApiKey === undefined ? undefined : new MasterKey(masterApiKey);
}
