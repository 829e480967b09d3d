import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { assertResultsFolder, foreignNames } from "../../src/store/foreign-names.ts";
import { temporaryFolder } from "../helpers/example.ts";

const hash = "a".repeat(64);

function folderWith(names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), "");
  }
  return folder;
}

test("what a killed sweep leaves before its sweep.json is its own, and so is a folder that is empty or missing", () => {
  const own = [
    "sweep.lock",
    "settings.json",
    "cancel.json",
    "queue.json",
    ".sweep.json.00ff00ff00ff00ff.tmp",
    "search/search.json",
    `search/data-${hash}.json`,
  ];
  const ofTrials = [
    `search/specs/${hash}.json`,
    `search/attempts/${hash}/1/log.jsonl`,
    `search/results/${hash}.json`,
  ];
  expect(foreignNames(folderWith([...own, ...ofTrials]))).toEqual([]);
  expect(foreignNames(temporaryFolder())).toEqual([]);
  expect(foreignNames(join(temporaryFolder(), "missing"))).toEqual([]);
});

test("any other file or folder is foreign, also beside ours and in ours, until there is a sweep.json", () => {
  const foreign = ["data/texts.csv", "results/table.json", "notes.txt", "search/notes.txt"];
  const folder = folderWith(["sweep.lock", `search/specs/${hash}.json`, ...foreign]);
  const expected = ["data", "results", "notes.txt", join("search", "notes.txt")];
  expect(foreignNames(folder).sort()).toEqual(expected.sort());
  writeFileSync(join(folder, "sweep.json"), "");
  expect(foreignNames(folder)).toEqual([]);
});

test("a file, and a folder that holds something else, are no results folder", () => {
  const folder = folderWith(["notes.txt", "more.txt"]);
  expect(() => assertResultsFolder(folder)).toThrow(
    expect.objectContaining({
      code: "E_OUT",
      message: expect.stringMatching(/^out must be a new folder or hold a sweep, got .* and no sweep\.json$/),
    }),
  );
  const file = join(folder, "notes.txt");
  expect(() => assertResultsFolder(file)).toThrow(`out must be a folder, got the file ${file}`);
  assertResultsFolder(join(folder, "missing"));
  writeFileSync(join(folder, "sweep.json"), "");
  assertResultsFolder(folder);
});
