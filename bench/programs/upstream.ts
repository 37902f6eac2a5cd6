/** The fake provider, as a process: `PORT=… node bench/programs/upstream.ts`. */
import { createServer } from 'node:net';
import { endWithParent, portToListenOn } from './end-with-parent.ts';
import { UpstreamConnection } from './upstream/upstream-connection.ts';

endWithParent();
createServer({ noDelay: true }, (socket) => new UpstreamConnection(socket)).listen({
  port: portToListenOn(),
  host: '127.0.0.1',
  backlog: 4096,
});
