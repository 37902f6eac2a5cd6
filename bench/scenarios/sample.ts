import { z } from 'zod';

const figure = z.number().optional();

/** What one measurement of one contender gave. What a scenario does not measure is not there. */
export const sampleSchema = z
  .object({
    requestsPerSecond: figure,
    eventsPerSecond: figure,
    /** CPU time of the proxy, user and system, all threads, µs. */
    cpuPerRequest: figure,
    /** The same per event of a stream, µs. */
    cpuPerEvent: figure,
    /** Of a request until its last byte, ms. */
    latencyMedian: figure,
    latency99: figure,
    latency999: figure,
    /** Of a request until the first byte of its answer's body, ms. */
    firstByteMedian: figure,
    /** How late the proxy's event loop was, 99th percentile, ms. */
    eventLoopLag: figure,
    /** Requests that were answered as they should, per cent. */
    complete: figure,
    /** Time between two reads of one stream, ms. */
    gapMedian: figure,
    gap99: figure,
    gapHighest: figure,
    /** From the start of the process to its first answer, ms. */
    startTime: figure,
    /** Resident memory right after the first answer, bytes. */
    memoryIdle: figure,
    /** Resident memory when the load is over, bytes. */
    memoryLoaded: figure,
    /** What the resident memory grew by, at most, per connection, bytes. */
    memoryPerConnection: figure,
    /** The same, as a multiple of the request bodies in flight. */
    memoryPerBody: figure,
    /** What resident memory and heap, after a collection, grew by while clients left, bytes. */
    memoryKept: figure,
    heapKept: figure,
    /** How busy each process was, per cent of one core. */
    proxyBusy: figure,
    loadBusy: figure,
    upstreamBusy: figure,
    /** How long each could have run, but others did, per cent of the time, threads added up. */
    proxyWaited: figure,
    loadWaited: figure,
    upstreamWaited: figure,
    /** How late the load generator sent what was due, 99th percentile, ms. */
    loadLateness: figure,
  })
  .readonly();

export type Sample = z.infer<typeof sampleSchema>;
export type Figure = keyof Sample;
