import { describe, expect, it } from '@jest/globals';
import { readGateway } from './gateway-option.ts';

describe('the --gateway option', () => {
  it('needs a name and an address', () => {
    const gateway = readGateway('litellm=http://127.0.0.1:4000');

    expect(gateway).toStrictEqual({
      name: 'litellm',
      url: 'http://127.0.0.1:4000',
      key: undefined,
      pid: undefined,
      headers: {},
    });
  });

  it('takes a key, a process and headers', () => {
    const gateway = readGateway(
      'portkey=http://localhost:8787/base/,key=sk-a=b,pid=42,header:x-portkey-provider=openai',
    );

    expect(gateway).toStrictEqual({
      name: 'portkey',
      url: 'http://localhost:8787/base',
      key: 'sk-a=b',
      pid: 42,
      headers: { 'x-portkey-provider': 'openai' },
    });
  });

  it.each(['', 'litellm', '=http://a', 'litellm=', 'litellm=localhost:4000', 'a=http://'])(
    'refuses %j',
    (text) => {
      expect(() => readGateway(text)).toThrow('it is name=URL[,key=…][,pid=…][,header:NAME=…]');
    },
  );

  it.each(['direct', 'pass-through', 'llm-proxy', 'nginx', 'envoy'])(
    'refuses the name %s, which is taken',
    (name) => {
      expect(() => readGateway(`${name}=http://a`)).toThrow(`there is a ${name} already`);
    },
  );

  it.each(['kye=secret', 'pid=secret', 'pid=0', 'header:=secret', 'secret'])(
    'refuses the part %j',
    (part) => {
      expect(() => readGateway(`a=http://a,${part}`)).toThrow('is none of key, pid');
    },
  );

  it('keeps the value of a misspelt key to itself', () => {
    expect(() => readGateway('a=http://a,kye=sk-1')).toThrow(
      '--gateway a: "kye" is none of key, pid (a number) and header:NAME',
    );
  });
});
