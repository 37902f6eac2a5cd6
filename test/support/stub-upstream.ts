import type {
  Upstream,
  UpstreamCall,
  UpstreamExchange,
  UpstreamListener,
} from '../../src/providers/index.js';

/** An upstream whose side calls a test answers; it takes no main calls. */
export class StubUpstream implements Upstream {
  /** The models that were probed, in order. */
  readonly probed: string[] = [];
  /** How often its models were asked for. */
  listings = 0;
  /** What it answers when asked for its models. */
  list: () => Promise<readonly string[]> = () => Promise.resolve([]);
  /** What becomes of a probe. */
  answerProbe: () => Promise<void> = () => Promise.resolve();

  send(_call: UpstreamCall, _listener: UpstreamListener): UpstreamExchange {
    throw new Error('a stub takes no calls');
  }

  listModels(): Promise<readonly string[]> {
    this.listings += 1;
    return this.list();
  }

  probe(model: string): Promise<void> {
    this.probed.push(model);
    return this.answerProbe();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
