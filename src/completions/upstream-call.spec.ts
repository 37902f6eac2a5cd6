import { describe, expect, it } from '@jest/globals';
import { CompletionStage } from '../../test/support/completion-stage.js';

const chunk = (index: number, finishReason: string | null): string =>
  `data: ${JSON.stringify({ choices: [{ index, delta: { content: 'x' }, finish_reason: finishReason }] })}\n\n`;
const DONE = 'data: [DONE]\n\n';

describe('upstreamCall: a request for two choices', () => {
  it('is not answered by a stream that ends after the first', async () => {
    const stage = new CompletionStage();
    const asked = stage.ask({ body: { n: 2 } });
    stage.upstream().beginStream();
    await stage.upstream().packet(chunk(0, null) + chunk(0, 'stop'));

    stage.upstream().end();

    expect(asked.text).not.toContain(DONE);
    expect(stage.reports).toMatchObject([{ outcome: 'interrupted', interruption: 'incomplete' }]);
  });

  it('is answered by a stream of both that lacks its [DONE]', async () => {
    const stage = new CompletionStage();
    const asked = stage.ask({ body: { n: 2 } });
    stage.upstream().beginStream();
    await stage.upstream().packet(chunk(0, 'stop') + chunk(1, 'stop'));

    stage.upstream().end();

    expect(asked.text.endsWith(DONE)).toBe(true);
    expect(stage.outcomes).toStrictEqual(['scripted: success']);
  });
});
