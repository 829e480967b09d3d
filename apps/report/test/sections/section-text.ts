import { type ReportOptions, renderReport } from "../../src/index.ts";

type Results = Parameters<typeof renderReport>[0];

/** What a reader reads in a section of the page; undefined where the page has no such section. */
export function sectionText(results: Results, id: string, options?: ReportOptions): string | undefined {
  const page = renderReport(results, options);
  const start = page.indexOf(`<section id="${id}"`);
  if (start < 0) return undefined;
  // A section of the page ends before the next one that has a title, or with the page's main part.
  const rest = page.slice(start + 1);
  const end = rest.search(/<section id="|<\/main>/);
  return rest
    .slice(0, end)
    .replace(/<title>.*?<\/title>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}
