export { Clock, type Timer } from './clock.js';
export { ClockModule } from './clock.module.js';
export { SystemClock } from './system-clock.js';
export { SlidingCount } from './sliding-count.js';
