import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitepress";
import { llmsFullText, llmsText } from "./site/llms.ts";
import { emptyHeaders, indentedBlocks, repositoryLinks, slugify, wholeFlags } from "./site/markdown.ts";
import { pageAt, pageOf, readPages, repository, root, sidebars } from "./site/pages.ts";

const pages = readPages();
const dead = new Set<string>();
const title = "LoRAnk";
const description = "Which LoRA rank should I use? An answer with evidence, from runs on your own data.";
/** Where the site will lie, such as https://name.github.io/lorank/; by default at the root of any host. */
const address = process.env.LORANK_DOCS_URL?.replace(/\/?$/, "/");
const base = address === undefined ? "/" : new URL(address).pathname;

const linksTo = (files: readonly (readonly [text: string, file: string])[]) =>
  files.flatMap(([text, file]) => {
    const page = pageOf(file, pages);
    return page ? [{ text, link: page.link }] : [];
  });

const nav = [
  ...linksTo([
    ["Tutorial", "docs/tutorial.md"],
    ["Memory calculator", "docs/guides/fits-my-gpu.md"],
  ]),
  // A page of its own, which VitePress's router does not know.
  { text: "Playground", link: "/playground/", target: "_self" },
  ...linksTo([
    ["Command line", "docs/cli.md"],
    ["Packages", "docs/packages.md"],
  ]),
];

// VitePress sends the source of these three to the browser, so they refer to nothing outside.

/** Wrong letters that a word may have, as a share of its length. In a short word one letter makes another: "how", "now". */
function fuzzy(word: string): number | false {
  return word.length > 5 && 0.2;
}

/** Tells if a word also finds those that it begins: "per" would find "person". */
function prefix(word: string): boolean {
  return word.length > 3;
}

/** Weight of a page in the search: what a user reads first, what a contributor reads last. */
function boostDocument(page: string): number {
  if (/\/(guides\/|concepts\/|tutorial|faq|troubleshooting)/.test(page)) return 4;
  return /\/(api|decisions|checked)\//.test(page) ? 0.5 : 1;
}

export default defineConfig({
  title,
  description,
  base,
  lang: "en",
  cleanUrls: false,
  ...(address && { sitemap: { hostname: address } }),
  srcExclude: ["test/**"],
  rewrites: Object.fromEntries(
    pages
      .filter(({ file }) => file.endsWith("README.md"))
      .map(({ file }) => [file, file.replace(/README\.md$/, "index.md")]),
  ),
  head: [["link", { rel: "icon", href: `${base}icon.svg`, type: "image/svg+xml" }]],
  markdown: {
    anchor: { slugify },
    // The usual themes have too little contrast for comments.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: (markdown) =>
      void markdown.use(repositoryLinks(pages, dead)).use(indentedBlocks).use(emptyHeaders).use(wholeFlags),
  },
  vite: {
    resolve: { conditions: ["@lorank/source"] },
    ssr: { noExternal: [/^@lorank\//], resolve: { conditions: ["@lorank/source"] } },
  },
  themeConfig: {
    nav,
    sidebar: sidebars(pages),
    outline: [2, 3],
    search: {
      provider: "local",
      options: { detailedView: true, miniSearch: { searchOptions: { boostDocument, fuzzy, prefix } } },
    },
    socialLinks: [{ icon: "github", link: repository }],
    editLink: { pattern: `${repository}/edit/main/:path`, text: "Edit this page" },
  },
  transformPageData(data, { siteConfig }) {
    const page = pageAt(join(siteConfig.srcDir, data.filePath), pages)!;
    const made = page.group === "API" || page.file === "cli.md";
    return {
      filePath: page.source,
      frontmatter: { ...data.frontmatter, ...(made && { editLink: false }) },
    };
  },
  buildEnd({ outDir }) {
    if (dead.size > 0) throw new Error(`links that lead to nothing:\n${[...dead].join("\n")}`);
    writeFileSync(join(outDir, "llms.txt"), llmsText(title, description, pages, address ?? base));
    writeFileSync(join(outDir, "llms-full.txt"), llmsFullText(pages));
    execFileSync("npm", ["run", "-s", "build", "--", join(outDir, "playground")], {
      cwd: join(root, "apps/playground"),
      stdio: ["ignore", "ignore", "inherit"],
    });
  },
});
