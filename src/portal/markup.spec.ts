import { describe, expect, it } from '@jest/globals';
import { Html, markup } from './markup.js';

describe('markup', () => {
  it('escapes what is put into a template, in content and in attributes', () => {
    const evil = `<script a="b" c='d'>&amp;</script>`;

    const { text } = markup`<p title="${evil}">${evil}</p>`;

    const escaped = '&lt;script a=&quot;b&quot; c=&#39;d&#39;&gt;&amp;amp;&lt;/script&gt;';
    expect(text).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('takes other pieces of HTML as they are, one or many', () => {
    const items = ['a', '<b>'].map((name) => markup`<li>${name}</li>`);

    const { text } = markup`<ul>${items}</ul>${new Html('<br>')}${7}`;

    expect(text).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul><br>7');
  });
});
