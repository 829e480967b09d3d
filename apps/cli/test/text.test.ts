import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkedPage, duration, plainText, shellWord, withoutMiddle, wrap } from "../src/text.ts";

test("plainText takes out what could rewrite a terminal and keeps line ends", () => {
  expect(plainText("a\u001b[2Jb\u202ec\r\nd")).toBe("a[2Jbc\nd");
});

test("wrap breaks at spaces and leaves a word that is too long whole", () => {
  expect(wrap("one two three\nextraordinarily so", 7)).toBe("one two\nthree\nextraordinarily\nso");
  expect(wrap("about 54 % more", 8)).toBe("about\n54 %\nmore");
});

test.each([
  [0.04, "0.0 s"],
  [9.94, "9.9 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.6, "1:00"],
  [185, "3:05"],
  [7800, "2:10:00"],
])("%d seconds read %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test("shellWord quotes what a shell would take apart", () => {
  expect(["--ranks", "1,2", "it's", "a b", ""].map(shellWord)).toEqual([
    "--ranks",
    "1,2",
    "'it'\\''s'",
    "'a b'",
    "''",
  ]);
});

test("a page of what was checked is named by its address on the site, never by its path in the repository", () => {
  const root = new URL("../../../", import.meta.url);
  const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
  const [, site] = /LORANK_DOCS_URL: (\S+)/.exec(read(".github/workflows/docs.yml"))!;
  expect(checkedPage("memory-accuracy")).toBe(`${site}checked/memory-accuracy.html`);
  const code = readdirSync(new URL("apps/cli/src/", root), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => read(`apps/cli/src/${file}`).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ""))
    .join("\n");
  const named = [...code.matchAll(/checkedPage\("([\w-]+)"\)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(2);
  for (const name of named) expect(existsSync(new URL(`docs/checked/${name}.md`, root)), name).toBe(true);
  expect(code).not.toMatch(/docs\/checked\/[\w-]+\.md/);
});

test("withoutMiddle keeps a short text, and both ends of a long one", () => {
  expect(withoutMiddle("exactly ten", 11)).toBe("exactly ten");
  expect(withoutMiddle("a beginning, a middle and an end", 16)).toBe("a beginnin…n end");
  expect(withoutMiddle("語".repeat(30), 12)).toBe(`${"語".repeat(7)}…${"語".repeat(4)}`);
});
