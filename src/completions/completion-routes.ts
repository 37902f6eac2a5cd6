import type { Route } from '../http/index.js';
import { ENDPOINTS } from './endpoints.js';

export const COMPLETION_ROUTES: readonly Route[] = ENDPOINTS.map(({ template, paths }) => ({
  template,
  method: 'POST',
  paths,
  counted: true,
}));
