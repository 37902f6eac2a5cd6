export { Random } from './random.js';
export { RandomModule } from './random.module.js';
