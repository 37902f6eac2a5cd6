export { CERTIFICATE_FILE } from './certificate.js';
export {
  PendingRequest,
  type RequestOptions,
  chatBody,
  open,
  send,
  startRequest,
} from './client/client.js';
export { ClientResponse } from './client/client-response.js';
export { FakeClock } from './fake-clock.js';
export { Metrics } from './metrics.js';
export { closeAll } from './resources.js';
export { PROVIDER_KEY, RunningProxy, providerAt, startProxy } from './running-proxy.js';
export {
  MODEL,
  UPSTREAM_MODEL,
  chatAnswer,
  eventOf,
  finishEvent,
  textEvent,
  usageEvent,
} from './upstream/chat.js';
export { ConnectProxy } from './upstream/connect-proxy.js';
export { Exchange } from './upstream/exchange.js';
export { FakeUpstream } from './upstream/fake-upstream.js';
export { MuteServer } from './upstream/mute-server.js';
export {
  DONE,
  LAST_CHUNK,
  STREAM_HEAD,
  type Script,
  chunk,
  closing,
  head,
  json,
  resetting,
  respond,
  silent,
  sse,
  ssePackets,
  streamHead,
} from './upstream/scripts.js';
export { turns, untilQuiet, waitFor } from './waiting.js';
