import { section } from './section.js';
import { duration } from './settings/duration.js';

const connect = duration({ zero: false }).describe(
  'How long a connection to a provider may take, TLS included.',
);
const firstToken = duration({ zero: false }).describe(
  'How long the first content of a streamed answer may take, from the connection on.',
);
const idle = duration({ zero: false }).describe(
  'How long an answer may pause: a stream between two events, any other between two reads.',
);
const total = duration({ zero: false }).describe(
  'How long a request may take in all, with all its attempts and all models that stand in.',
);

/** The deadlines of every call to a provider, and of the request that makes the calls, in ms. */
export const timeoutsSchema = section({
  connect: connect.prefault('5s'),
  first_token: firstToken.prefault('60s'),
  idle: idle.prefault('60s'),
  total: total.prefault('10m'),
}).transform(({ first_token, ...rest }) => ({ ...rest, firstToken: first_token }));

/** The deadlines that one provider has otherwise. */
export const providerTimeoutsSchema = section({
  connect: connect.optional(),
  first_token: firstToken.optional(),
  idle: idle.optional(),
  total: total.optional(),
}).transform(({ first_token, ...rest }) => ({ ...rest, firstToken: first_token }));
