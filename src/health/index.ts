export { HEALTH_ROUTES } from './health-routes.js';
export { HealthModule } from './health.module.js';
