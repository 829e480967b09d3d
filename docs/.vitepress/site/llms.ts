import type { Page } from "./pages.ts";

/** The pages by name, as https://llmstxt.org has it. `address` ends in a slash. */
export function llmsText(name: string, description: string, pages: readonly Page[], address: string): string {
  const groups = [...new Set(pages.map(({ group }) => group))].map((group) => {
    const lines = pages
      .filter((page) => page.group === group)
      .map(({ title, link }) => `- [${title}](${address}${link.slice(1)})`);
    return `## ${group}\n\n${lines.join("\n")}`;
  });
  return `# ${name}\n\n> ${description}\n\n${groups.join("\n\n")}\n`;
}

/** The text of all pages but the API's, which is ten times the rest. */
export function llmsFullText(pages: readonly Page[]): string {
  return pages
    .filter(({ group }) => group !== "API")
    .map(({ source, text }) => `<!-- ${source} -->\n\n${text.trim()}\n`)
    .join("\n");
}
