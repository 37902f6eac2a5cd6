import { createHash } from 'node:crypto';
import { Html, markup } from '../markup.js';
import { HOME_STYLE } from './home-style.js';
import {
  type Access,
  KEY_VARIABLE,
  chatCommand,
  javaScriptProgram,
  modelsCommand,
  pythonProgram,
} from './snippets.js';

/** What the page tells. */
export interface HomeFacts {
  /** The proxy's public address, without a slash at its end. */
  readonly address: string;
  /** Whether clients must send a key; then models are for those who have it. */
  readonly needsKey: boolean;
  /** The models that anybody may know; not looked at where a key is needed. */
  readonly models: readonly string[];
}

/** Some providers list hundreds. */
const MAX_MODELS = 60;

/** What a browser may do with the page: show it. One style is known, by its hash. */
export const HOME_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(HOME_STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** @returns the page that people find at the proxy's address */
export function homePage(facts: HomeFacts): string {
  const { address, needsKey, models } = facts;
  const access: Access = {
    address,
    needsKey,
    model: (needsKey ? undefined : models[0]) ?? 'MODEL',
  };
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>llm-proxy</title>
<link rel="icon" href="data:,">
<style>${new Html(HOME_STYLE)}</style>
</head>
<body>
<h1>llm-proxy</h1>
<p class="dim">One address and one key in front of many LLM providers.</p>
<p>Any OpenAI client works here: give it this base URL${needsKey ? ' and your key' : ''}.</p>
${code(`${address}/v1`)}
${keyNote(needsKey)}
<h2>Models</h2>
${modelSection(facts)}
<h2>Ask something</h2>
<p>With curl:</p>
${code(chatCommand(access))}
<details>
<summary>Python, with the <code>openai</code> package</summary>
${code(pythonProgram(access))}
</details>
<details>
<summary>JavaScript, with the <code>openai</code> package</summary>
${code(javaScriptProgram(access))}
</details>
<h2>More</h2>
<ul>
<li><a href="docs">docs</a>: the API, to read and to try</li>
<li><a href="openapi.json">openapi.json</a>: the same for programs</li>
<li><a href="health">health</a>: the providers and their shares</li>
<li><a href="metrics">metrics</a>: for Prometheus</li>
</ul>
</body>
</html>
`.text;
}

function keyNote(needsKey: boolean): Html {
  return needsKey
    ? markup`<p>Whoever runs this proxy gives you the key. What follows takes it from the variable
<code>${KEY_VARIABLE}</code>.</p>`
    : markup`<p>No key is needed. Where a client insists on one, any text will do.</p>`;
}

function modelSection({ address, needsKey, models }: HomeFacts): Html {
  const command = code(modelsCommand({ address, needsKey }));
  if (needsKey) {
    return markup`<p>With the key you can list them; put one in the place of MODEL below.</p>
${command}`;
  }
  if (models.length === 0) {
    return markup`<p>The configuration names none: ask for one by the name that the provider has for it.</p>`;
  }
  const shown = models.slice(0, MAX_MODELS);
  const rest = models.length - shown.length;
  return markup`<ul class="models">
${shown.map((name) => markup`<li><code>${name}</code></li>\n`)}</ul>
<p>${rest > 0 ? `And ${rest} more` : 'The same for programs'}:</p>
${command}`;
}

function code(text: string): Html {
  return markup`<pre><code>${text}</code></pre>`;
}
