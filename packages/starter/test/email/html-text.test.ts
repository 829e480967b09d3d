import { expect, test } from "vitest";
import { htmlToText } from "../../scripts/email/html-text.ts";

test.each([
  ["blocks end lines, source line breaks do not", "one\ntwo<br>three<p>four</p>", "one two\nthree\nfour\n"],
  [
    "comments, scripts and styles are not shown",
    "a<!-- x > y --><script>if (a<b) z</script><style>p{}</style>b",
    "a b",
  ],
  ["a tag inside a word, a trick of spam, does not split it", "via<b></b>gra v<!-- k -->ia", "viagra via"],
  ["entities become characters", "&lt;5&nbsp;&euro; &amp;amp; &#8220;q&#x201D; &eacute", "<5 € &amp; “q” é"],
  ["unknown and impossible entities do no harm", "&nosuch; &#0; &#xD800; &#1114112;", "&nosuch;      "],
  ["a comparison is no tag", "1 < 2 and 3 > 2", "1 < 2 and 3 > 2"],
  ["a tag cut off at the end is dropped", "end <a href=http://x", "end "],
])("%s", (_, html, text) => {
  expect(htmlToText(html)).toBe(text);
});
