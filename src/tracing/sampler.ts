import {
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Sampling } from '../config/index.js';

/** @returns what decides whether a trace is kept */
export function samplerOf({ ratio, followsClient }: Sampling): Sampler {
  const root = new TraceIdRatioBasedSampler(ratio);
  return followsClient ? new ParentBasedSampler({ root }) : root;
}
