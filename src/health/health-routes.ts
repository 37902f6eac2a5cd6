import type { Route } from '../http/index.js';

const PATHS = ['/health', '/health/live', '/health/ready', '/health/detailed'] as const;

export const HEALTH_ROUTES: readonly Route[] = PATHS.map((path) => ({
  template: path,
  method: 'GET',
  paths: [path],
  counted: false,
}));
