import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect } from 'node:net';
import { track } from '../resources.js';

/**
 * Ends `server` so that connections to its port are refused from now on. The port of a server that
 * is merely closed may be the next one's, in another test that runs at the same time: here a
 * connection which `server` has accepted holds on to it until `closeAll`.
 */
export async function abandon(server: Server): Promise<void> {
  const { port } = server.address() as AddressInfo;
  server.removeAllListeners('connection');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const holder = connect({ host: '127.0.0.1', port });
  const [held] = await accepted;
  server.close();
  track({
    close: async () => {
      const closed = [holder, held].map((socket) => once(socket, 'close'));
      // A reset, since a connection that is shut properly keeps the port busy for a minute.
      held.resetAndDestroy();
      holder.destroy();
      await Promise.all(closed);
    },
  });
}
