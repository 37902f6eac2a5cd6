import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { LiveConfig } from '../config/index.js';
import { UnknownUrlError } from '../errors/index.js';

/** Where pages are switched off, theirs are paths like any other that is not known. */
@Injectable()
export class PortalGuard implements CanActivate {
  constructor(private readonly config: LiveConfig) {}

  /** @throws UnknownUrlError while `server.portal` is off */
  canActivate(execution: ExecutionContext): boolean {
    if (!this.config.current.server.portal) {
      const { method, path } = execution.switchToHttp().getRequest<Request>();
      throw new UnknownUrlError(method, path);
    }
    return true;
  }
}
