/** What became of one written value: accepted as a value of ours, or refused with reasons. */
export type Reading<Value> = Accepted<Value> | Refused;

export interface Accepted<Value> {
  readonly accepted: true;
  readonly value: Value;
}

export interface Refused {
  readonly accepted: false;
  readonly refusals: readonly Refusal[];
}

/** Why a value was refused, in words that do not repeat it. */
export interface Refusal {
  /** What is wrong, or what the value must be. */
  readonly message: string;
  /** What would be right, where the message does not say it. */
  readonly remedy?: string;
  /** The key inside the value that is at fault, when it is a mapping. */
  readonly key?: string;
  /** True when the value can be no secret, so that the message may end in `, not <value>`. */
  readonly showsValue?: boolean;
}

export function accepted<Value>(value: Value): Accepted<Value> {
  return { accepted: true, value };
}

export function refused(...refusals: readonly Refusal[]): Refused {
  return { accepted: false, refusals };
}
