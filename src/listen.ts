import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/**
 * How many connections may wait to be accepted; the system may allow fewer (net.core.somaxconn).
 * Node's 511 are too few when thousands of clients come at once and the process has been kept
 * waiting for its core: those beyond are not refused, they hang, and are reset in the end.
 */
const BACKLOG = 4096;

/**
 * Listens, without Nest's own report of a failure, which would say the same thing twice.
 *
 * @param port - 0 lets the system choose
 * @returns where the server is found
 * @throws the system's error when the address cannot be had
 */
export async function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  server.listen({ port, host, backlog: BACKLOG });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the server has no network address');
  }
  return address;
}
