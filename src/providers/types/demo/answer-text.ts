import { tokensOf } from './tokens.js';

const QUOTED_TOKENS = 12;

const INTRODUCTION =
  'This is the demo model that is built into llm-proxy. It knows nothing and needs no key and no ' +
  'network, but it streams, counts its tokens and keeps its pace, so that clients, dashboards ' +
  'and load tests have something honest to talk to.';

const FILLER =
  ' To talk to a real model, put a provider into config.yaml and start the proxy again.' +
  ' Its address and key stay here, and every client keeps using this one.';

/**
 * @param prompt - what the user said
 * @param length - how many tokens the answer has
 * @returns the tokens of the answer: the same for the same prompt and length
 */
export function answerTokens(prompt: string, length: number): readonly string[] {
  const said = tokensOf(prompt).slice(0, QUOTED_TOKENS).join('').trim();
  const tokens = [...tokensOf(said === '' ? INTRODUCTION : `You said: "${said}". ${INTRODUCTION}`)];
  const filler = tokensOf(FILLER);
  while (tokens.length < length) {
    tokens.push(...filler);
  }
  return tokens.slice(0, length);
}
