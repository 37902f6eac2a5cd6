import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { listen } from './listen.js';

describe('listen', () => {
  it('says where the server is found', async () => {
    const server = createServer();

    const address = await listen(server, 0, '127.0.0.1');
    server.close();

    expect(address).toMatchObject({ address: '127.0.0.1', port: expect.any(Number) });
    expect(address.port).toBeGreaterThan(0);
  });

  it('throws when the address cannot be had', async () => {
    const first = createServer();
    const { port } = await listen(first, 0, '127.0.0.1');

    await expect(listen(createServer(), port, '127.0.0.1')).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port,
    });
    first.close();
  });
});
