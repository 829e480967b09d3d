// Who comes from the last release finds each name of it: where it was, or on the page of the migration.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exportedNames } from "../../scripts/release/exported-names.ts";
import { migrationPage, movedNames, namesBefore, replacements } from "../../scripts/release/moved-names.ts";
import { root } from "./blocks/check-command.ts";

const now = exportedNames(root);
const page = readFileSync(new URL("../migrate-to-0.2.md", import.meta.url), "utf8");

test.each(Object.entries(namesBefore))(
  "each name of %s is still there or stands on the page",
  (entry, names) => {
    const rows = page.split("\n").filter((line) => line.startsWith(`| \`${entry}\` |`));
    const listed = new Set(rows.flatMap((row) => row.split("|")[2]!.match(/\w+/g)));
    const absent = names.filter(
      (name) => !now[entry]?.includes(name) && !listed.has(name.replace("type ", "")),
    );
    expect(absent).toEqual([]);
    const both = names.filter((name) => now[entry]?.includes(name) && listed.has(name.replace("type ", "")));
    expect(both).toEqual([]);
  },
);

test("the tables of the page are as scripts/release/moved-names.ts writes them", () => {
  const { written, expected } = migrationPage(now);
  expect(written).toBe(expected);
});

test("what stands in place of a name is exported where the page says", () => {
  const texts = Object.values(replacements).flatMap((names) => Object.values(names));
  const named = texts.flatMap((text) => [...text.matchAll(/`(?:new )?(\w+)[^`]*` of `(@lorank\/[^`]+)`/g)]);
  expect(named.length).toBeGreaterThan(20);
  const wrong = named.filter(
    ([, name, entry]) => !now[entry!]?.some((exported) => exported.replace("type ", "") === name),
  );
  expect(wrong.map(([text]) => text)).toEqual([]);
});

test("names are replaced that the last release had, and that have gone", () => {
  const stale = Object.entries(replacements).flatMap(([entry, names]) =>
    Object.keys(names).filter((name) => !namesBefore[entry]?.includes(name) || now[entry]?.includes(name)),
  );
  expect(stale).toEqual([]);
});

test("a value that has gone without a word is refused", () => {
  expect(() => movedNames({ "@lorank/core": ["wasHere"] }, { "@lorank/core": [] }, {})).toThrow(
    "replaced-since-0.1.0.json must say what stands in place of wasHere of @lorank/core",
  );
});
