import type { Route } from '../http/index.js';

export const MODEL_ROUTES: readonly Route[] = [
  { template: '/v1/models', method: 'GET', paths: ['/v1/models', '/models'], counted: true },
  { template: '/v1/models/{id}', method: 'GET', paths: ['/v1/models/', '/models/'], counted: true },
];
