/**
 * Where the names went that the last release exported. `names-0.1.0.json` has its names, as `exported-names.ts` reads them off the
 * commit that cut it; `replaced-since-0.1.0.json` says what stands in place of those that no entry point has any more.
 *
 *     npx tsx scripts/release/moved-names.ts      # writes the tables of docs/migrate-to-0.2.md
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ExportedNames, exportedNames } from "./exported-names.ts";

/** What stands in place of a name, in Markdown, by entry point and name. */
type Replacements = Readonly<Record<string, Readonly<Record<string, string>>>>;

const root = join(import.meta.dirname, "../..");
const page = join(root, "docs/migrate-to-0.2.md");
const marks = ["<!-- names: written by scripts/release/moved-names.ts -->", "<!-- end of names -->"] as const;

/** Sections of all packages, a table each. Throws where a value has gone and nothing says what stands in its place. */
export function movedNames(before: ExportedNames, now: ExportedNames, replaced: Replacements): string {
  const sections = new Map<string, string[]>();
  for (const [entry, names] of Object.entries(before)) {
    const own = entry.split("/").slice(0, 2).join("/");
    const isElsewhere = (place: string) => (place === own || place.startsWith(`${own}/`) ? 0 : 1);
    const places = Object.keys(now).toSorted((a, b) => isElsewhere(a) - isElsewhere(b));
    const rows = new Map<string, string[]>();
    const unnamed: string[] = [];
    for (const name of names.filter((name) => !now[entry]?.includes(name))) {
      const place = places.find((one) => now[one]!.includes(name));
      const instead = replaced[entry]?.[name] ?? (place === undefined ? undefined : `\`${place}\``);
      if (instead !== undefined) rows.set(instead, [...(rows.get(instead) ?? []), name]);
      else if (name.startsWith("type ")) unnamed.push(name);
      else throw new Error(`replaced-since-0.1.0.json must say what stands in place of ${name} of ${entry}`);
    }
    if (unnamed.length > 0) rows.set("not exported by name", unnamed);
    sections.set(own, [
      ...(sections.get(own) ?? []),
      ...[...rows].map(([instead, gone]) => `| \`${entry}\` | ${gone.map(shown).join(", ")} | ${instead} |`),
    ]);
  }
  return [...sections]
    .map(([own, rows]) =>
      [
        `### Names of ${own.replace("@lorank/", "")}`,
        rows.length === 0
          ? "All names are where they were."
          : ["| entry point of 0.1 | names | now |", "| --- | --- | --- |", ...rows].join("\n"),
      ].join("\n\n"),
    )
    .join("\n\n");
}

function shown(name: string): string {
  return `\`${name.replace("type ", "")}\``;
}

export const namesBefore = read("names-0.1.0.json") as ExportedNames;
export const replacements = read("replaced-since-0.1.0.json") as Replacements;

/** The page of the migration with its tables as they must be. */
export function migrationPage(now: ExportedNames): { readonly written: string; readonly expected: string } {
  const written = readFileSync(page, "utf8");
  const [head, rest = ""] = written.split(marks[0]);
  const tables = movedNames(namesBefore, now, replacements);
  return { written, expected: `${head}${marks[0]}\n\n${tables}\n\n${marks[1]}${rest.split(marks[1])[1]}` };
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8"));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  writeFileSync(page, migrationPage(exportedNames(root)).expected);
