/** The code blocks of a Markdown page, and whether they can be checked. CONTRIBUTING.md says what each kind means. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import MarkdownIt from "markdown-it";

/** One fenced block; an indented one has no language. */
export interface CodeBlock {
  /** Where its code starts, counted from 1. */
  readonly line: number;
  /** The words after the fence without the name, such as `sh run`. */
  readonly language: string;
  /** The file that it is, where it is one: `[mails.csv]` after the language. */
  readonly name: string | undefined;
  /** Why it is not checked: `<!-- not run: … -->` on the line above it. */
  readonly notRun: string | undefined;
  readonly code: string;
}

const markdown = new MarkdownIt({ html: true });

/** All code blocks of the page at `url`, in order. */
export function codeBlocks(url: URL): CodeBlock[] {
  const text = readFileSync(fileURLToPath(url), "utf8").replace(/\r\n/g, "\n");
  const lines = text.split("\n");
  return markdown
    .parse(text, {})
    .filter(({ type }) => type === "fence" || type === "code_block")
    .map(({ type, info, map, content }) => {
      const [start] = map!;
      const [, language = "", name] = /^(.*?)\s*(?:\[(.*)\])?$/.exec(info.trim())!;
      const notRun = /^\s*<!-- not run: (.*) -->$/.exec(lines[start - 1] ?? "")?.[1];
      return { line: start + (type === "fence" ? 2 : 1), language, name, notRun, code: content };
    });
}

/** What an example says it prints: its comments of the form `// => text`. */
export function promisesOf(code: string): string[] {
  return [...code.matchAll(/\/\/ => (.*)$/gm)].map((match) => match[1]!.trimEnd());
}
