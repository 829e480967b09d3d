import { existsSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { type Page, pageAt, pageOf, repository, root } from "./pages.ts";

/**
 * Makes links work on the site as they do in the repository: a link to a Markdown file leads to the page that shows it,
 * one to any other file of the repository to that file on GitHub. Links to nothing are added to `dead`.
 */
export function repositoryLinks(pages: readonly Page[], dead: Set<string>) {
  return (markdown: MarkdownRenderer): void => {
    markdown.core.ruler.push("repository-links", ({ tokens, env }) => {
      const path = env.realPath ?? env.path;
      if (path === undefined) return; // the title alone
      const page = pageAt(path, pages);
      if (page === undefined) throw new Error(`${path} is no page that the sidebar knows`);
      for (const token of tokens.flatMap(({ children }) => children ?? [])) {
        const name = token.type === "link_open" ? "href" : token.type === "image" ? "src" : undefined;
        const value = name && token.attrGet(name);
        if (!name || !value) continue;
        const found = target(value, page, pages, name === "src");
        if (found === undefined) dead.add(`${page.source}: ${value}`);
        else token.attrSet(name, found);
      }
    });
  };
}

/** Where a link that stands in `page` leads on the site; undefined if to nothing. */
function target(href: string, page: Page, pages: readonly Page[], isImage: boolean): string | undefined {
  const [, before = "", fragment = ""] = /^([^#]*)(#.*)?$/.exec(href)!;
  const onGitHub = new RegExp(`^${repository}/(?:blob|raw|tree)/main/(.*)$`).exec(before)?.[1];
  if (before === "" || (onGitHub === undefined && /^[a-z]+:/.test(before))) return href;
  const path = decodeURI(onGitHub ?? posix.join(dirname(page.source), before)).replace(/\/$/, "");
  const found = pageOf(path, pages);
  if (found !== undefined) return `${found.link}${fragment}`;
  const file = join(root, path);
  if (!existsSync(file)) return undefined;
  // VitePress takes pictures of its own folder into the site.
  if (onGitHub !== undefined || (isImage && page.source === `docs/${page.file}`)) return href;
  return `${repository}/${statSync(file).isDirectory() ? "tree" : "blob"}/main/${path}${fragment}`;
}

/** As GitHub names a heading's anchor, so that a link to it works in both places. */
export function slugify(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** Indented blocks, as docstrings have them, look and scroll like fenced ones. */
export function indentedBlocks(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("indented-blocks", ({ tokens }) => {
    for (const token of tokens) {
      if (token.type === "code_block") Object.assign(token, { type: "fence", tag: "code", info: "text" });
    }
  });
}

/** A table's cell that heads nothing is no header: assistive programs would announce an empty one. */
export function emptyHeaders(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("empty-headers", ({ tokens }) => {
    for (const [index, token] of tokens.entries()) {
      if (token.type !== "th_open" || tokens[index + 1]?.content !== "") continue;
      token.tag = "td";
      tokens[index + 2]!.tag = "td";
    }
  });
}

/** Flags such as `--metric` get a class, with which no line ends behind their hyphens. */
export function wholeFlags(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("whole-flags", ({ tokens }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? []))
      if (token.type === "code_inline" && /^--[\w-]+$/.test(token.content)) token.attrJoin("class", "flag");
  });
}
