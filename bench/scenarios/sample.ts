/** What one measurement of one contender gave. What a scenario does not measure is not there. */
export interface Sample {
  readonly requestsPerSecond?: number;
  readonly eventsPerSecond?: number;
  /** CPU time of the proxy, user and system, all threads, µs. */
  readonly cpuPerRequest?: number;
  /** The same per event of a stream, µs. */
  readonly cpuPerEvent?: number;
  /** Of a request until its last byte, ms. */
  readonly latencyMedian?: number;
  readonly latency99?: number;
  /** Of a request until the first byte of its answer's body, ms. */
  readonly firstByteMedian?: number;
  /** Requests that were answered as they should, per cent. */
  readonly complete?: number;
  /** The longest time between two reads of one stream, ms. */
  readonly longestGap?: number;
  /** From the start of the process to its first answer, ms. */
  readonly startTime?: number;
  /** Resident memory right after the first answer, bytes. */
  readonly memoryIdle?: number;
  /** Resident memory when all rounds are over, bytes. */
  readonly memoryLoaded?: number;
  /** What the resident memory grew by, at most, while streams were held, per stream, bytes. */
  readonly memoryPerStream?: number;
  /** How busy each process was, per cent of one core. */
  readonly proxyBusy?: number;
  readonly loadBusy?: number;
  readonly upstreamBusy?: number;
}

export type Figure = keyof Sample;
