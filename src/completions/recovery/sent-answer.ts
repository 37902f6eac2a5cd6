/** What the client has of one choice. */
export interface SentChoice {
  readonly hasRole: boolean;
  /** The texts so far, by the keys that a chunk gives them. */
  readonly texts: ReadonlyMap<string, string>;
  /** The tool calls, by index, whose id the client has. */
  readonly identifiedCalls: ReadonlySet<number>;
  /** The reason to finish, as JSON. */
  readonly finishReason: string | undefined;
}

/** What the client has of a streamed answer, at one moment. */
export interface SentAnswer {
  /** The `id` of the first chunk that had one, as JSON. */
  readonly id: Uint8Array | undefined;
  /** The `created` of the first chunk that had one, as JSON. */
  readonly created: Uint8Array | undefined;
  readonly choices: ReadonlyMap<number, SentChoice>;
  /** Whether every choice that has begun gave its reason to finish: nothing but the end lacks. */
  readonly isFinished: boolean;
  /** Whether the usage of the whole answer was reported. */
  readonly hasUsage: boolean;
}
