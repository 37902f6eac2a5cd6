export { PORTAL_ROUTES } from './portal-routes.js';
export { PortalModule } from './portal.module.js';
