export { ModelCatalog } from './model-catalog.js';
export { MODEL_ROUTES } from './model-routes.js';
export { ModelsModule } from './models.module.js';
