import type { Server, ServerResponse, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { MalformedRequestError } from '../errors/index.js';
import type { ActiveRequests } from './active-requests.js';
import { requestIdFrom } from './request-id.js';

/** Longer than the idle time of common load balancers (60 s), which must close first, ms. */
const KEEP_ALIVE_TIMEOUT = 75_000;
/** How long a client may take to send its head, ms. */
const HEADERS_TIMEOUT = 60_000;
/** How long a client may take to send a whole request, its upload included, ms. */
const REQUEST_TIMEOUT = 600_000;

/** Statuses for what Node's HTTP parser refuses before there is a request to route. */
const PARSER_STATUS: Readonly<Record<string, readonly [status: number, reason: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

/** How it shows that a client has left in the middle of its request. */
const HAS_LEFT: ReadonlySet<string> = new Set(['ECONNRESET', 'HPE_INVALID_EOF_STATE']);

/**
 * Sets what Node's HTTP server decides by itself: timeouts, and answers to what is not HTTP.
 *
 * @param active - the requests that run on the server's connections
 */
export function configureServer(server: Server, active: ActiveRequests): void {
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT;
  server.headersTimeout = HEADERS_TIMEOUT;
  server.requestTimeout = REQUEST_TIMEOUT;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // In the middle of an answer a second one would be taken for a part of it.
    if (!socket.writable || HAS_LEFT.has(error.code ?? '') || active.hasBegunAnswerOn(socket)) {
      socket.destroy();
    } else {
      answerClientError(error, socket, active);
    }
  });
  // Node would refuse with a bare 417. What an unknown expectation asks for may be left undone: RFC
  // 9110 section 10.1.1.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // The go-ahead is given when the body begins to be read: a refused upload is never sent. Node
    // closes the connection then: what came next would be taken for that body.
    request.once('resume', () => {
      if (!response.headersSent) {
        response.writeContinue();
      }
    });
    server.emit('request', request, response);
  });
}

function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  active: ActiveRequests,
): void {
  const [status, reason] = PARSER_STATUS[error.code ?? ''] ?? [400, 'Bad Request'];
  const refusal = new MalformedRequestError(status);
  const upload = active.uploadOn(socket);
  if (upload !== undefined) {
    // In the middle of an upload: the request has an id, and is counted and logged by it.
    upload.response.shouldKeepAlive = false;
    upload.context.interrupt(refusal);
    return;
  }
  const body = JSON.stringify(refusal.toBody());
  socket.end(
    [
      `HTTP/1.1 ${status} ${reason}`,
      `x-request-id: ${requestIdFrom(undefined)}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
