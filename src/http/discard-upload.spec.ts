import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { turns } from '../../test/support/waiting.js';
import { discardUpload } from './discard-upload.js';

function begin(): { request: IncomingMessage; socket: Socket; clock: FakeClock } {
  const socket = new Socket();
  const request = new IncomingMessage(socket);
  const clock = new FakeClock();
  request.pause();
  request.push('some of it');
  discardUpload(request, clock);
  return { request, socket, clock };
}

describe('discardUpload', () => {
  it('throws away what still comes, and leaves the connection alone when it ends', async () => {
    const { request, socket, clock } = begin();
    request.push('and the rest');
    request.complete = true;
    request.push(null);
    await turns();

    expect(request.readableEnded).toBe(true);
    expect(clock.pending).toBe(0);
    expect(socket.destroyed).toBe(false);
    expect(socket.listenerCount('close')).toBe(0);
  });

  it('cuts the connection of an upload that takes more than five seconds', async () => {
    const { request, socket, clock } = begin();
    await turns();

    clock.advance(4999);
    request.push('still more');
    await turns();
    expect(socket.destroyed).toBe(false);

    clock.advance(1);
    expect(socket.destroyed).toBe(true);
  });

  it('leaves no timer behind when the client leaves', async () => {
    const { request, clock } = begin();

    request.destroy();
    await turns();

    expect(clock.pending).toBe(0);
  });
});
