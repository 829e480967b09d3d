/**
 * Orders the newest entry of every CHANGELOG.md by subject, after `changeset version` has written it by size of the change:
 *
 *     npx changeset version && npx tsx scripts/release/changelogs.ts
 *
 * A changeset begins with the heading of its subject: `### Verdicts`.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { publicPackages, root } from "./workspace.ts";

/** Headings of a changelog, in their order. The last is of packages that are needed in a new version. */
export const subjects = [
  "First release",
  "In short",
  "Moved and removed",
  "Verdicts",
  "Tables and readers",
  "Generated answers",
  "Memory",
  "Training and adapters",
  "Sweeps",
  "Files that are not trusted",
  "Command line",
  "Report and live page",
  "Needs",
];

/** The text of a CHANGELOG.md with its newest entry under headings of subjects. Throws for a text under none of them. */
export function bySubject(changelog: string): string {
  const [title, newest, ...older] = changelog.split(/^(?=## )/m);
  if (newest === undefined) return changelog;
  const [version, ...sections] = newest.split(/^### /m);
  const texts = new Map<string, string[]>(subjects.map((subject) => [subject, []]));
  for (const section of sections) {
    const [heading, ...lines] = section.split("\n");
    const text = lines.join("\n").trim();
    if (/^(Major|Minor|Patch) Changes$/.test(heading!) && text === "") continue;
    const ofSubject = texts.get(heading!);
    if (ofSubject === undefined)
      throw new Error(`a changeset must begin with a subject (${subjects.join(", ")}), got ${heading}`);
    ofSubject.push(text);
  }
  const written = [...texts]
    .filter(([, parts]) => parts.length > 0)
    .map(([subject, parts]) => `### ${subject}\n\n${parts.join("\n")}`);
  const entry = [version!.trimEnd(), ...written].join("\n\n");
  return `${title}${[`${entry}\n`, ...older].join("\n")}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  for (const { path } of await publicPackages(root)) {
    const file = join(path, "CHANGELOG.md");
    if (existsSync(file)) writeFileSync(file, bySubject(readFileSync(file, "utf8")));
  }
