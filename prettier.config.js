/** @type {import('prettier').Config} */
const config = {
  singleQuote: true,
  printWidth: 100,
  trailingComma: 'all',
};

// Prettier reads its configuration from a default export.
export default config;
