import type { CallFrame, Share } from './cpu-profile.ts';

/** @returns what a line of a file was joined from, such as `build/wire/nesting.js` */
export type ModuleAt = (url: string, line: number) => string | undefined;

const NODE_LAYERS: readonly (readonly [pattern: RegExp, layer: string])[] = [
  [/http/, 'Node: HTTP'],
  [/stream|:net$/, 'Node: streams and sockets'],
  [/task_queues|timers|async|promise/, 'Node: tasks and timers'],
  [/:fs|internal\/fs/, 'Node: files (the log)'],
];

/** Which layer of the proxy the time of a share belongs to; native code is its caller's. */
export function layerOf({ frame, callers }: Share, moduleAt: ModuleAt): string {
  if (frame.url === '' && frame.functionName.startsWith('(')) {
    return `V8: ${frame.functionName.slice(1, -1)}`;
  }
  const owner = [frame, ...callers].find(({ url }) => url !== '');
  return owner === undefined ? 'V8: native' : layerOfFrame(owner, moduleAt);
}

function layerOfFrame({ url, lineNumber }: CallFrame, moduleAt: ModuleAt): string {
  if (url.startsWith('node:')) {
    const found = NODE_LAYERS.find(([pattern]) => pattern.test(url));
    return found?.[1] ?? 'Node: other';
  }
  if (url.startsWith('wasm:')) {
    return 'undici'; // llhttp, its parser
  }
  const module = moduleAt(url, lineNumber) ?? url;
  const room = /^build\/([^/]+)/.exec(module)?.[1];
  if (room !== undefined) {
    return `ours: ${room}`;
  }
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ?? 'other';
}
