import { SetMetadata } from '@nestjs/common';
import type { ProxyConfig } from '../config/index.js';

export const PUBLIC = Symbol('public');

/** Says whether a route is open under a configuration. */
export type PublicRule = (config: ProxyConfig) => boolean;

/** Opens a route to callers without the master key, always or when `rule` says so. */
export const Public = (rule: PublicRule = () => true): MethodDecorator & ClassDecorator =>
  SetMetadata(PUBLIC, rule);
