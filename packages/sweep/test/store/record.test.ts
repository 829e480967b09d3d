import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SearchSummary } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { searchFolder } from "../../src/store/own-names.ts";
import { reconcileSweepFile } from "../../src/store/reconcile.ts";
import { savedSearch, searchBehind, searchedRanks, writeRecord } from "../../src/store/record.ts";
import { exampleConfig, examplePlan, temporaryFolder } from "../helpers/example.ts";

const both = { learningRate: true, epochs: true };
const search = {
  ranks: [2, 4],
  seed: 20_000,
  judgedExamples: 10,
  learningRate: {
    chosen: 0.01,
    start: 0.01,
    epochs: 1,
    trainExamples: 30,
    tried: [],
    regrets: [],
    explanation: "",
    notes: [],
  },
  epochs: {
    chosen: 3,
    converged: true,
    learningRate: 0.01,
    trainExamples: 30,
    tried: [],
    gains: [],
    threshold: 0.005,
    explanation: "",
    notes: [],
  },
} satisfies SearchSummary;
const found = { ...exampleConfig.optimizer, learningRate: 0.01, epochs: 3 };

/** A folder in which a search has ended. */
function searched(wanted = both): string {
  const out = temporaryFolder();
  writeRecord(out, examplePlan(), wanted, search);
  return out;
}

describe("the record of a search", () => {
  test("is read again for the same settings, whatever the sweep's seeds, metric and margin", () => {
    const out = searched();
    expect(existsSync(join(searchFolder(out), "search.json"))).toBe(true);
    expect(savedSearch(out, examplePlan(), both)).toEqual(search);
    const others = examplePlan({ seeds: [7, 8, 9], metric: "log-loss", margin: 0.3 });
    expect(savedSearch(out, others, both)).toEqual(search);
  });

  test("is not there in a new folder, and looking makes none", () => {
    const out = join(temporaryFolder(), "out");
    expect(savedSearch(out, examplePlan(), both)).toBeUndefined();
    expect(existsSync(out)).toBe(false);
  });

  test.each([
    ["ranks", examplePlan({ ranks: [2, 16] }), both, "ranks: [2,4] -> [2,16]"],
    ["data", examplePlan({ data: { ...exampleConfig.data, sha256: "d".repeat(64) } }), both, "data.sha256: "],
    ["what is wanted", examplePlan(), { learningRate: true, epochs: false }, "search.epochs: true -> false"],
  ])("refuses other settings: %s", (_, plan, wanted, line) => {
    expect(() => savedSearch(searched(), plan, wanted)).toThrow(
      expect.objectContaining({ code: "E_SWEEP_CHANGED", message: expect.stringContaining(`\n  ${line}`) }),
    );
  });

  test.each([
    "null",
    "{",
    "{}",
    '{"search":{}}',
    JSON.stringify({ search: { ...search, judgedExamples: -1 } }),
    JSON.stringify({ search: { ...search, learningRate: { ...search.learningRate, chosen: -0.01 } } }),
  ])("a record that holds %s is named, with what to do", (text) => {
    const out = searched();
    const file = join(searchFolder(out), "search.json");
    writeFileSync(file, text);
    const read = () => savedSearch(out, examplePlan(), both);
    expect(read).toThrow(`Delete ${file}, then run the same again: the search goes by the trainings`);
    writeFileSync(join(out, "sweep.json"), "{}");
    expect(read).toThrow(`Delete ${file}, then run the same with the settings that`);
  });

  test("holds for the ranks that stay where some leave the sweep that it led to", () => {
    const out = searched();
    const without = examplePlan({ ranks: [4] });
    expect(() => savedSearch(out, without, both)).toThrow(/ranks: \[2,4\] -> \[4\]/);
    reconcileSweepFile(out, examplePlan({ optimizer: found }), false);
    expect(savedSearch(out, without, both)).toEqual(search);
  });

  test("holds for more ranks where the sweep is extended", () => {
    expect(savedSearch(searched(), examplePlan({ ranks: [64] }), both, true)).toEqual(search);
  });

  test("a sweep that began without a search has none afterwards", () => {
    const out = temporaryFolder();
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, "sweep.json"), JSON.stringify(exampleConfig));
    expect(() => savedSearch(out, examplePlan(), { learningRate: true, epochs: false })).toThrow(
      expect.objectContaining({
        code: "E_SWEEP_CHANGED",
        message: expect.stringContaining(
          "\n  optimizer.learningRate: 0.001 -> auto\nGive what the sweep began with",
        ),
      }),
    );
  });

  test("is behind a sweep only if that has what was found", () => {
    const out = searched();
    expect(searchBehind(out, { ...exampleConfig, optimizer: found })).toEqual(search);
    expect(
      searchBehind(out, { ...exampleConfig, optimizer: { ...found, learningRate: 0.02 } }),
    ).toBeUndefined();
    expect(searchBehind(out, { ...exampleConfig, optimizer: { ...found, epochs: 1 } })).toBeUndefined();
    expect(searchBehind(temporaryFolder(), { ...exampleConfig, optimizer: found })).toBeUndefined();
  });

  test("is of the smallest and the largest rank", () => {
    expect(searchedRanks({ ranks: [16, 4, 8] })).toEqual([4, 16]);
    expect(searchedRanks({ ranks: [8] })).toEqual([8]);
  });
});
