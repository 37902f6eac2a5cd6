import { AggregatorRegistry, register } from 'prom-client';
import type { MetricSnapshots } from '../workers/index.js';

/** Who knows what each process of the proxy has counted. */
export interface MetricsPeers {
  gather(): Promise<readonly MetricSnapshots[]>;
}

/** What `/metrics` shows. */
export class MetricsPage {
  /** @param peers - undefined: this process is the whole proxy */
  constructor(private readonly peers: MetricsPeers | undefined) {}

  get contentType(): string {
    return register.contentType;
  }

  async text(): Promise<string> {
    if (this.peers === undefined) {
      return register.metrics();
    }
    const all = await this.peers.gather();
    return AggregatorRegistry.aggregate([...all]).metrics();
  }
}
