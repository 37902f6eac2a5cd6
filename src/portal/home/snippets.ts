/** What somebody needs to ask a proxy something. */
export interface Access {
  /** The proxy's public address, without a slash at its end. */
  readonly address: string;
  readonly needsKey: boolean;
  /** The model to ask for. */
  readonly model: string;
}

/** The variable that the snippets take the key from. */
export const KEY_VARIABLE = 'LLM_PROXY_KEY';

const GREETING = [{ role: 'user', content: 'Hello!' }];

/** @returns a shell command that lists the models */
export function modelsCommand({ address, needsKey }: Omit<Access, 'model'>): string {
  return ['curl ', `${address}/v1/models`, needsKey ? authorization() : ''].join('');
}

/** @returns a shell command that asks for a stream */
export function chatCommand({ address, needsKey, model }: Access): string {
  const body = JSON.stringify({ model, messages: GREETING, stream: true });
  return [
    `curl -N ${address}/v1/chat/completions`,
    needsKey ? authorization() : '',
    " \\\n  -H 'Content-Type: application/json'",
    ` \\\n  -d ${shellQuoted(body)}`,
  ].join('');
}

/** @returns the same with OpenAI's package for Python */
export function pythonProgram({ address, needsKey, model }: Access): string {
  return `${needsKey ? 'import os\n' : ''}from openai import OpenAI

client = OpenAI(
    base_url="${address}/v1",
    api_key=${needsKey ? `os.environ["${KEY_VARIABLE}"]` : '"none"'},
)
stream = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=[{"role": "user", "content": "Hello!"}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
`;
}

/** @returns the same with OpenAI's package for JavaScript */
export function javaScriptProgram({ address, needsKey, model }: Access): string {
  return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${address}/v1',
  apiKey: ${needsKey ? `process.env.${KEY_VARIABLE}` : "'none'"},
});
const stream = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: 'user', content: 'Hello!' }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '');
}
`;
}

function authorization(): string {
  return ` \\\n  -H "Authorization: Bearer $${KEY_VARIABLE}"`;
}

/** A word for a POSIX shell: between single quotes nothing has a meaning but the quote itself. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
