import { describe, expect, it } from '@jest/globals';
import { modulesByLine } from './bundle-modules.ts';
import { type CallFrame, sharesOf } from './cpu-profile.ts';
import { layerOf } from './layer.ts';

function frame(url: string, functionName = 'run', lineNumber = 0): CallFrame {
  return { url, functionName, lineNumber };
}

function layer(...[first = frame(''), ...callers]: readonly CallFrame[]): string {
  const modules = modulesByLine('// build/wire/nesting.js\n\n// node_modules/@nestjs/core/a.js\n');
  return layerOf({ frame: first, callers, time: 1 }, (_url, line) => modules[line]);
}

describe('layerOf', () => {
  it.each([
    ['a room of ours', frame('file:///dist/a.js', 'push', 1), 'ours: wire'],
    ['a library', frame('file:///dist/a.js', 'next', 2), '@nestjs/core'],
    ['sockets', frame('node:net'), 'Node: streams and sockets'],
    ['HTTP', frame('node:_http_server'), 'Node: HTTP'],
    ['anything else of Node', frame('node:buffer'), 'Node: other'],
    ["undici's parser", frame('wasm://wasm/1'), 'undici'],
    ['the garbage collector', frame('', '(garbage collector)'), 'V8: garbage collector'],
  ])('knows %s', (_name, where, expected) => {
    expect(layer(where)).toBe(expected);
  });

  it('counts native code as that of its caller', () => {
    expect(layer(frame('', 'writev'), frame('', 'other'), frame('node:net'))).toBe(
      'Node: streams and sockets',
    );
  });
});

describe('sharesOf', () => {
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('', '(root)'), children: [2, 3] },
      { id: 2, callFrame: frame('file:///a.js', 'outer'), children: [4] },
      { id: 3, callFrame: frame('', '(idle)') },
      { id: 4, callFrame: frame('', 'native') },
    ],
    samples: [2, 4, 3, 4],
    timeDeltas: [10, 20, 30, 40],
  };

  it('adds up where the time went, without waiting', () => {
    const shares = sharesOf(profile, 0).map(({ frame: { functionName }, time, callers }) => [
      functionName,
      time,
      callers.map((caller) => caller.functionName),
    ]);

    expect(shares).toStrictEqual([
      ['outer', 10, ['(root)']],
      ['native', 60, ['outer', '(root)']],
    ]);
  });

  it('leaves the beginning out', () => {
    expect(sharesOf(profile, 100).map(({ time }) => time)).toStrictEqual([40]);
  });
});
