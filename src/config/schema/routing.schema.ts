import { section } from './section.js';
import { affinity } from './settings/affinity.js';
import { choice } from './settings/choice.js';

/** Which of a model's providers a request goes to. */
export const routingSchema = section({
  strategy: choice('weighted', 'least_busy', 'fastest')
    .describe(
      'weighted: by turns, as often as its weight says; least_busy: the one with the fewest running requests for its weight; fastest: of two drawn by chance the one whose first tokens come sooner.',
    )
    .prefault('weighted'),
  affinity: affinity()
    .describe(
      'What keeps requests at one provider, so that its prompt cache stays warm: nothing (none), the user of the request body (user), or a header (header x-session-id). Requests without it go by the strategy.',
    )
    .prefault('none'),
});
