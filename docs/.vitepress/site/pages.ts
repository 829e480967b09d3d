import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix, relative, sep } from "node:path";

/** VitePress runs in `docs/`, and bundles its config away from this file. */
export const docs = process.cwd();
export const root = dirname(docs);
export const repository = "https://github.com/lorank/lorank";

/** A page of the site. Paths have forward slashes. */
export interface Page {
  /** Below `docs/`. */
  readonly file: string;
  /** The Markdown file in the repository that it shows: itself, or the README that it includes. */
  readonly source: string;
  /** On the site, without its base: `/guides/any-trainer.html`. */
  readonly link: string;
  readonly title: string;
  /** Among the pages of its group; those without one come after, by title. */
  readonly order: number;
  /** Heading in the sidebar. */
  readonly group: string;
  /** Markdown without front matter, with what it includes. */
  readonly text: string;
}

/**
 * Headings of the sidebar, in their order, by folder; a folder that is not here has its own name, at the end. Pages
 * directly in `docs/` are read in their `order`, or looked up if they have none.
 */
const groups = new Map([
  ["", "Start"],
  ["concepts", "Concepts"],
  ["guides", "Guides"],
  ["reference", "Reference"],
  ["packages", "Packages"],
  ["api", "API"],
  ["checked", "How it was checked"],
  ["decisions", "Decisions"],
]);

/** Folders with a sidebar of their own, so that the usual one stays short. */
const apart: readonly (readonly string[])[] = [["packages", "api"], ["checked"], ["decisions"]];

/** All pages, in the order of the sidebar. */
export function readPages(): Page[] {
  const order = [...groups.values()];
  const place = (group: string): number => (order.includes(group) ? order.indexOf(group) : order.length);
  return readdirSync(docs, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => file.endsWith(".md") && !/(^|\/)(node_modules|test|\.)/.test(file))
    .map(readPage)
    .sort(
      (a, b) =>
        place(a.group) - place(b.group) ||
        a.group.localeCompare(b.group) ||
        a.order - b.order ||
        a.title.localeCompare(b.title, "en", { numeric: true }),
    );
}

function readPage(file: string): Page {
  const [, matter = "", body = ""] = /^(?:---\n(.*?)\n---\n)?(.*)$/s.exec(readText(join(docs, file)))!;
  const included = /^<!--@include: (.*?)-->\s*$/.exec(body.trimStart())?.[1];
  const source = posix.join("docs", included === undefined ? file : posix.join(dirname(file), included));
  const text = included === undefined ? body : readText(join(root, source));
  const said = (key: string): string | undefined =>
    new RegExp(`^${key}: *["']?(.*?)["']?$`, "m").exec(matter)?.[1];
  const [, folder = said("order") === undefined ? "reference" : ""] = /^(.*?)\//.exec(file) ?? [];
  const isIndex = /^(README|index)\.md$/.test(basename(file));
  return {
    file,
    source,
    link: `/${file.replace(/(README|index)\.md$/, "").replace(/\.md$/, ".html")}`,
    title: said("title") ?? /^# (.*)$/m.exec(text)?.[1]?.replaceAll("`", "") ?? file,
    order: Number(said("order") ?? (isIndex ? -1 : Number.POSITIVE_INFINITY)),
    group: groups.get(folder) ?? `${folder[0]?.toUpperCase()}${folder.slice(1)}`,
    text,
  };
}

function readText(path: string): string {
  return readFileSync(path, "utf8").replace(/\r\n/g, "\n");
}

/** The page that shows a file of the repository, or a folder by its README. */
export function pageOf(path: string, pages: readonly Page[]): Page | undefined {
  const names = [path, posix.join(path, "README.md"), posix.join(path, "index.md")];
  return pages.find(({ source }) => names.includes(source));
}

/** The page that VitePress renders from `path`, under the name that it has after rewrites or before. */
export function pageAt(path: string, pages: readonly Page[]): Page | undefined {
  const file = relative(docs, path).split(sep).join("/");
  return pages.find((page) => page.file === file || page.file.replace(/README\.md$/, "index.md") === file);
}

/** What VitePress takes as `sidebar`: by the beginning of a page's address. The home page is not in it. */
export function sidebars(pages: readonly Page[]) {
  const listed = (group: string) => ({
    text: group,
    items: pages
      .filter((page) => page.group === group && page.file !== "index.md")
      .map(({ title, link }) => ({ text: title, link })),
  });
  const own = apart.flat().map((folder) => groups.get(folder) ?? folder);
  const usual = [...new Set(pages.map(({ group }) => group))].filter((group) => !own.includes(group));
  const more = apart.flat().flatMap((folder) => {
    const index = pageOf(`docs/${folder}`, pages);
    return index ? [{ text: index.group, link: index.link }] : [];
  });
  const entries = apart.flatMap((folders) =>
    folders.map(
      (folder) => [`/${folder}/`, folders.map((each) => listed(groups.get(each) ?? each))] as const,
    ),
  );
  return {
    ...Object.fromEntries(entries),
    "/": [...usual.map(listed), { text: "More", items: more }],
  };
}
