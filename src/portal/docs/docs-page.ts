import { markup } from '../markup.js';

/**
 * What a browser may do with the page: nothing from elsewhere. Swagger UI sets styles on elements, and its
 * style sheet has its pictures in it.
 */
export const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * @param path - the path that the page was asked for by
 * @returns the page of the API, to read and to try
 */
export function docsPage(path: string): string {
  const folder = path.endsWith('/') ? '' : 'docs/';
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>llm-proxy API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${folder}swagger-ui.css">
<link rel="stylesheet" href="${folder}page.css">
</head>
<body>
<noscript>This page needs JavaScript. The same for programs: openapi.json.</noscript>
<div id="swagger-ui"></div>
<script src="${folder}swagger-ui-bundle.js"></script>
<script src="${folder}page.js"></script>
</body>
</html>
`.text;
}

/** Light or dark as the reader's system is. */
export const PAGE_STYLE = `:root { color-scheme: light dark; }
body { margin: 0; }
html.dark-mode body { background: #1c2022; }
`;

/** The document is found from where this script is, whatever path the page has. Keys are not kept. */
export const PAGE_SCRIPT = `const here = document.currentScript.src;
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
follow();
dark.addEventListener('change', follow);
SwaggerUIBundle({
  url: new URL('../openapi.json', here).href,
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;
