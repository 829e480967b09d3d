import { expect, test } from "vitest";
import { slugify } from "../.vitepress/site/markdown.ts";
import { readPages } from "../.vitepress/site/pages.ts";
import { searchWords } from "./site/search-words.ts";

const pages = readPages();

/** Text of a section of the site, from its heading to the next one. */
function sectionText(address: string): string {
  const [path, anchor] = address.split("#");
  const { text } = pages.find(({ link }) => link === `/${path}`)!;
  const sections = text.split(/^(?=#+ )/m);
  return sections.find((section) => slugify(/^#+ (.*)/.exec(section)?.[1] ?? "") === anchor) ?? "";
}

test.each(searchWords)("%s is named by the section that answers it", (words, address) => {
  const text = sectionText(address);
  for (const word of words.split(" ")) expect(text).toMatch(new RegExp(`\\b${word}s?\\b`, "i"));
});
