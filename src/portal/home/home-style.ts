/** The style of the home page: light or dark as the reader's system is, and narrow where it must. */
export const HOME_STYLE = `
:root { color-scheme: light dark; --ink: #1c2330; --dim: #566073; --line: #d8dde6; --code: #f3f5f9; --link: #0b57d0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8f0; --dim: #a3adbf; --line: #39414f; --code: #1f252f; --link: #8ab4f8; }
  body { background: #14181f; }
}
body { color: var(--ink); font: 16px/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 46rem; padding: 2rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; }
.dim { color: var(--dim); }
a { color: var(--link); }
code, pre { background: var(--code); border-radius: 6px; font: 14px/1.5 ui-monospace, Menlo, Consolas, monospace; }
code { padding: .1em .35em; }
pre { border: 1px solid var(--line); margin: .5rem 0; overflow-x: auto; overflow-wrap: normal; padding: .75rem 1rem; }
pre code { background: none; padding: 0; }
ul { padding-left: 1.25rem; }
.models { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; padding: 0; }
summary { cursor: pointer; }
`;
