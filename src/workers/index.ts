export { clusterWorkers } from './cluster-workers.js';
export type { MetricSnapshots } from './metric-snapshot.js';
export { type LostWorker, Supervisor, type SupervisorObserver } from './supervisor.js';
export { WorkerLink } from './worker-link.js';
