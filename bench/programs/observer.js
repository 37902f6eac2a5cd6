/**
 * Looks at a Node process from the inside, when the benchmark asks: loaded with `--import` into
 * the proxies that run on Node, so that both are measured by the same means. It does nothing until
 * it is asked, and keeps no process alive.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How often the event loop's delay is looked at, ms. Node counts this time as delay, too. */
const RESOLUTION = 2;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION });

/** @type {Record<string, () => number>} */
const ANSWERS = {
  /** Begins to watch the event loop. */
  watch: () => {
    delay.reset();
    delay.enable();
    return 0;
  },
  /** Ends it: how late its timers were, 99th percentile, ms. */
  lag: () => {
    delay.disable();
    return Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION);
  },
  /** What is alive on the heap, and of buffers, after a full garbage collection, bytes. */
  heap: () => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  },
};

function collectGarbage() {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
}

process.on('message', (/** @type {string} */ question) => {
  process.send?.(ANSWERS[question]?.());
});
process.channel?.unref();
