import type { Route } from '../http/index.js';

const PAGE = { method: 'GET', counted: false, isPage: true } as const;

export const PORTAL_ROUTES: readonly Route[] = [
  { template: '/', paths: ['/'], ...PAGE },
  { template: '/docs', paths: ['/docs'], ...PAGE },
  { template: '/docs/{file}', paths: ['/docs/'], ...PAGE },
  { template: '/openapi.json', paths: ['/openapi.json'], ...PAGE },
];
