export { Clock, type Timer } from './clock.js';
export { ClockModule } from './clock.module.js';
export { SlidingCount } from './sliding-count.js';
