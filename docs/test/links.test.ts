import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { expect, test } from "vitest";
import { slugify } from "../.vitepress/site/markdown.ts";
import { root } from "./blocks/check-command.ts";

// Links of the site's own pages are checked where the site is built.
const pages = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((page) => existsSync(join(root, page)))
  .filter((page) => page !== "" && !/^docs\/|^\.changeset\/|\/fixtures\/|CHANGELOG\.md$/.test(page));

const textOf = (page: string): string =>
  readFileSync(join(root, page), "utf8").replace(/^```.*?^```$/gms, "");

/** Anchors of a page's headings, as GitHub names them. */
const anchors = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    slugify(heading.replace(/[`*]|\]\([^)]*\)/g, "")),
  );

const isThere = (page: string, link: string): boolean => {
  const [path = "", anchor] = link.replace("https://github.com/lorank/lorank/blob/main/", "/").split("#");
  const file = path.startsWith("/") ? path.slice(1) : posix.join(dirname(page), path);
  const target = path === "" ? page : file;
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || !target.endsWith(".md") || anchors(target).includes(anchor);
};

test("links of pages that are not on the site lead to files and headings that are there", () => {
  const links = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => ({ page, link })),
  );
  const ours = links.filter(
    ({ link }) => !/^[a-z]+:/.test(link) || link.startsWith("https://github.com/lorank/lorank/blob/main/"),
  );
  expect(ours.length).toBeGreaterThan(100);
  expect(ours.filter(({ page, link }) => !isThere(page, link))).toEqual([]);
});
