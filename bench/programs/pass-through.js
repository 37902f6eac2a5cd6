/**
 * The yardstick: the least a proxy in Node can do. It passes every request on and streams the
 * answer back, reads nothing of either, and has no framework:
 * `PORT=… UPSTREAM=http://… node bench/programs/pass-through.js`.
 *
 * Plain JavaScript, because its memory and its start are figures too: Node strips types with a
 * WebAssembly module of 30 MB.
 */
import { createServer } from 'node:http';
import process from 'node:process';
import { Pool } from 'undici';

const { PORT, UPSTREAM = '' } = process.env;
const pool = new Pool(UPSTREAM, { pipelining: 1 });

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function passOn(request, response) {
  /** @type {import('undici').Dispatcher.DispatchController | undefined} */
  let exchange;
  response.on('close', () => exchange?.abort(new Error('the client left')));
  pool.dispatch(
    {
      path: request.url ?? '/',
      method: 'POST',
      headers: passable(request.headers),
      body: request,
    },
    {
      onRequestStart: (controller) => {
        exchange = controller;
      },
      onResponseStart: (_controller, status, headers) => {
        response.writeHead(status, passable(headers));
      },
      onResponseData: (controller, chunk) => {
        if (!response.write(chunk)) {
          controller.pause();
          response.once('drain', () => {
            controller.resume();
          });
        }
      },
      onResponseEnd: () => {
        exchange = undefined;
        response.end();
      },
      onResponseError: () => {
        response.destroy();
      },
    },
  );
}

/**
 * Without what belongs to one hop.
 *
 * @param {import('node:http').IncomingHttpHeaders} headers
 */
function passable(headers) {
  const rest = { ...headers };
  delete rest.host;
  delete rest.connection;
  delete rest['transfer-encoding'];
  return rest;
}

// The benchmark is gone, however it went, when its pipe closes.
process.stdin.resume().once('end', () => {
  process.exit();
});
createServer(passOn).listen({ port: Number(PORT), host: '127.0.0.1', backlog: 4096 });
