import { type Agent, type IncomingMessage, request } from 'node:http';
import { textOf } from './answers.ts';

/** How a request ended, as its client sees it. */
export type Verdict =
  /** Whole and right. */
  | 'right'
  /** A clear error: a status of 4xx or 5xx with an error object, or a stream's error event. */
  | 'error'
  /** The client left before it was answered. */
  | 'left'
  /** Anything else: a lie, or a request without an end. */
  | 'wrong';

export interface SoakRequest {
  readonly port: number;
  readonly agent: Agent;
  readonly id: string;
  readonly stream: boolean;
  /** Bytes of prompt that only fill. */
  readonly padding: number;
  /** After how long the client leaves, ms; undefined: it stays. */
  readonly leavesAfter: number | undefined;
}

/** More than the proxy may take for anything, ms. */
const PATIENCE = 30_000;

/** Sends one request. @returns how it ended, and what was seen when that is wrong */
export function ask(soak: SoakRequest): Promise<readonly [Verdict, string]> {
  const body = JSON.stringify({
    model: 'm',
    stream: soak.stream,
    user: `id-${soak.id}`,
    messages: [{ role: 'user', content: 'x'.repeat(soak.padding) }],
  });
  return new Promise((resolve) => {
    const call = request({
      host: '127.0.0.1',
      port: soak.port,
      agent: soak.agent,
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json', 'content-length': body.length },
      timeout: PATIENCE,
    });
    let hasLeft = false;
    const leave =
      soak.leavesAfter === undefined
        ? undefined
        : setTimeout(() => {
            hasLeft = true;
            call.destroy();
            resolve(['left', '']);
          }, soak.leavesAfter);
    const end = (verdict: Verdict, seen: string): void => {
      clearTimeout(leave);
      resolve(hasLeft ? ['left', ''] : [verdict, seen]);
    };
    call.on('timeout', () => {
      end('wrong', 'no answer');
      call.destroy();
    });
    call.on('error', (error) => {
      end('wrong', error.message);
    });
    call.on('response', (response) => {
      read(response, soak, end);
    });
    call.end(body);
  });
}

function read(
  response: IncomingMessage,
  soak: SoakRequest,
  end: (verdict: Verdict, seen: string) => void,
): void {
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (part: string) => {
    text += part;
  });
  response.on('error', (error) => {
    end('wrong', error.message);
  });
  response.on('close', () => {
    const verdict = response.complete ? judge(response.statusCode ?? 0, text, soak) : 'wrong';
    end(verdict, `${response.statusCode ?? 0} ${text.slice(-200)}`);
  });
}

function judge(status: number, text: string, { id, stream }: SoakRequest): Verdict {
  if (status >= 400) {
    return text.includes('"error":{') ? 'error' : 'wrong';
  }
  if (!stream) {
    return contentOf(text) === textOf(id) ? 'right' : 'wrong';
  }
  const content = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data = '']) => contentOf(data));
  const isWhole = text.endsWith('data: [DONE]\n\n');
  if (!isWhole && /data: \{"error":.*\n\n$/.test(text)) {
    // What came before the error must be right as far as it goes.
    return textOf(id).startsWith(content.join('')) ? 'error' : 'wrong';
  }
  return isWhole && content.join('') === textOf(id) ? 'right' : 'wrong';
}

/** @returns the text of an answer's, or a chunk's, only choice */
function contentOf(json: string): string {
  const [, content = '""'] = /"content":("(?:[^"\\]|\\.)*")/.exec(json) ?? [];
  return String(JSON.parse(content));
}
