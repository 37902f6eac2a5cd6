export { AccessLog } from './access-log.js';
export { AttemptLog } from './attempt-log.js';
export { ConfigLog } from './config-log.js';
export { HealthLog } from './health-log.js';
export { isPretty } from './logger-options.js';
export { LoggingModule } from './logging.module.js';
export { PrimaryLog } from './primary-log.js';
export { NestLogger } from './nest-logger.js';
