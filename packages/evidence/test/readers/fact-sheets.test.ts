import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const readers = new URL("src/readers/", root);
const list = readFileSync(new URL("formats.ts", readers), "utf8");
const own = ["files", "rows", "scores"];
const folders = readdirSync(readers, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !own.includes(entry.name))
  .map(({ name }) => name);

// The reader of trackers' tables is chosen by the columns of a table, the others by names and first bytes of files.
test("each folder of a format is in the list of formats", () => {
  const listed = [...list.matchAll(/"\.\/([\w-]+)\/[\w-]+\.ts"/g)].map(([, folder]) => folder);
  expect([...new Set([...listed, "trackers"])].filter((folder) => !own.includes(folder!)).sort()).toEqual(
    folders.sort(),
  );
});

test.each(folders)(
  "the fact sheet of %s names versions, and the fixture by a script that is there",
  (folder) => {
    const sheet = readFileSync(new URL(`${folder}/README.md`, readers), "utf8");
    const rows = Object.fromEntries(
      [...sheet.matchAll(/^\| ([a-z ]+) \| (.*) \|$/gm)].map(([, a, b]) => [a, b]),
    );
    expect(Object.keys(rows)).toEqual(["checked with", "files", "read", "not read", "source", "fixture"]);
    expect(rows["checked with"]).toMatch(/ \d+\.\d+/);
    expect(existsSync(new URL(`test/fixtures/${folder}`, root))).toBe(true);
    expect(rows.fixture).toContain(`test/fixtures/${folder}`);
    for (const [script] of rows.fixture!.matchAll(/scripts\/reference\/\w+\.\w+/g))
      expect(existsSync(new URL(`../../${script}`, root))).toBe(true);
  },
);
