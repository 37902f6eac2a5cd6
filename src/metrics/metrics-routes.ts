import type { Route } from '../http/index.js';

export const METRICS_ROUTES: readonly Route[] = [
  { template: '/metrics', method: 'GET', paths: ['/metrics'], counted: false },
];
