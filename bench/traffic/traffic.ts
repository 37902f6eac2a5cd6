import { z } from 'zod';

/** What the load generator is asked to do. */
export const trafficSchema = z.strictObject({
  /** What the upstream answers. */
  answer: z.strictObject({ events: z.int(), interval: z.int() }),
  /** The least size of a request's body, bytes; 0: an ordinary short question. */
  size: z.int(),
  /**
   * 0: a connection asks again as soon as it was answered (a closed loop). Else requests begin at
   * this rate, a second, however long the answers take (an open loop).
   */
  rate: z.number(),
  /** How many requests are under way at once, at most, each on a connection of its own. */
  connections: z.int(),
  /** For how long new requests begin, ms; 0 in a closed loop: one request a connection. */
  duration: z.number(),
  /** The time over which the first requests are spread, ms. */
  rampUp: z.number(),
  /** After how many events the client leaves, in the middle of the stream; 0: it does not. */
  leaveAfter: z.int(),
});

export type Traffic = z.infer<typeof trafficSchema>;

/** Traffic, and where it goes. */
export const jobSchema = z.strictObject({
  url: z.url(),
  headers: z.record(z.string(), z.string()),
  traffic: trafficSchema,
  /** What goes there at the same time. */
  besides: z.array(trafficSchema).readonly(),
});

export type Job = z.infer<typeof jobSchema>;

const distributionSchema = z.strictObject({
  median: z.number(),
  p99: z.number(),
  p999: z.number(),
  highest: z.number(),
});

/** What the load generator saw. All times are ms, and those of the first traffic, if there is more. */
export const outcomeSchema = z.strictObject({
  /** From the first request to the end of the last. */
  elapsed: z.number(),
  requests: z.int(),
  /**
   * Requests that were answered as they should: a 200, and a stream to its `[DONE]`, or as far as
   * its client wanted.
   */
  complete: z.int(),
  /** How the others ended, each way once. */
  complaints: z.array(z.string()),
  /** Events of streams, `[DONE]` included. */
  events: z.int(),
  /** Of a request until its last byte; in an open loop, from when it was due. */
  latency: distributionSchema,
  /** Of a request until the first byte of its answer's body; as above. */
  firstByte: distributionSchema,
  /** Between two reads of one answer. */
  gap: distributionSchema,
  /** How late the generator itself was to send what was due in an open loop. */
  lateness: distributionSchema,
});

export type Outcome = z.infer<typeof outcomeSchema>;
export type Distribution = z.infer<typeof distributionSchema>;
