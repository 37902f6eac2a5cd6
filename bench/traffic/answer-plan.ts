/** What the fake upstream is to answer. It travels in the model's name, which every proxy passes on. */
export interface AnswerPlan {
  /** Events of a stream before its last ones; 0: a whole JSON answer. */
  readonly events: number;
  /** Time between two of them, ms; 0: one each turn of the upstream's event loop. */
  readonly interval: number;
}

/** An ordinary answer that is no stream. */
export const JSON_ANSWER: AnswerPlan = { events: 0, interval: 0 };

/** Who calls the model by the name: the proxy maps one to the other, so that both ways are paid for. */
export type NameSide = 'client' | 'provider';

const NAME = /"model":"(\w+-(\d+)x(\d+)ms)"/;

/** @returns the name under which `side` asks for the answer */
export function modelName(side: NameSide, { events, interval }: AnswerPlan): string {
  return `${side}-${events}x${interval}ms`;
}

/** @returns the model that the beginning of a request's body names, and what is planned for it */
export function findPlan(text: string): { model: string; plan: AnswerPlan } | undefined {
  const [, model, events, interval] = NAME.exec(text) ?? [];
  return model === undefined
    ? undefined
    : { model, plan: { events: Number(events), interval: Number(interval) } };
}
