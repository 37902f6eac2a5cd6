export { Clock, type Timer } from './clock.js';
export { ClockModule } from './clock.module.js';
