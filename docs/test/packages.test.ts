// A package says what it is in one text: its description stands in its README and on the page of the packages.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./blocks/check-command.ts";

interface Manifest {
  readonly name: string;
  readonly description: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
}

const packages = ["packages", "apps"]
  .flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`))
  .map((folder) => ({ folder, manifest: JSON.parse(text(`${folder}/package.json`)) as Manifest }))
  .filter(({ manifest }) => manifest.private !== true);

/** Rows of the page's table, by package: the description, and the entry points below the main one. */
const rows = new Map(
  [...text("docs/packages.md").matchAll(/^\| \[`([^`]+)`\]\(\.\.\/([^)]+)\) \| (.*?) \| (.*?) ?\|$/gm)].map(
    ([, name, folder, description, entries]) => [name!, { folder, description, entries: entries! }],
  ),
);

function text(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

test("the page lists the published packages and no others", () => {
  expect([...rows.keys()].toSorted()).toEqual(packages.map(({ manifest }) => manifest.name).toSorted());
});

test.each(packages)("$folder has one description", ({ folder, manifest: { name, description } }) => {
  const [, firstParagraph = ""] = text(`${folder}/README.md`).split("\n\n");
  const words = firstParagraph.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
  expect(words.replaceAll(/\s+/g, " ").slice(0, description.length)).toBe(description);
  expect(rows.get(name)).toMatchObject({ folder, description });
});

test.each(packages)("the page has the entry points of $folder", ({ manifest: { name, exports = {} } }) => {
  const subpaths = Object.keys(exports).filter((key) => key !== "." && !key.endsWith(".json"));
  const listed = rows.get(name)!.entries.match(/(?<=`)\/[^`]+/g) ?? [];
  expect([...listed].toSorted()).toEqual(subpaths.map((subpath) => subpath.slice(1)).toSorted());
});
