/** What providers must know of the requests that run: when they can do without a provider. */
export abstract class RunningRequests {
  /** @returns a promise that resolves when all requests that run now have ended */
  abstract whenEnded(): Promise<void>;
}
