// What `verdict`, `report`, `config` and a sweep without a file read of a results folder, each in every state of damage.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exampleResults } from "../../../packages/evidence/test/fixtures/results.ts";
import { asUser, damages, edited } from "../../../packages/sweep/test/helpers/damages.ts";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { describeError } from "../src/errors.ts";
import { readResults } from "../src/results/read-results.ts";
import { readKept } from "../src/settings/saved-settings.ts";

const { missing, "with a flipped bit": _, "of its neighbour": __, "a file": ___, ...harms } = damages;
const harmless = new Set(["beside a foreign file", "beside a stray temporary file"]);

function folderWith(name: string, content: unknown): string {
  const folder = join(temporaryFolder(), "swept");
  mkdirSync(folder);
  writeFileSync(join(folder, name), JSON.stringify(content));
  return folder;
}

/** What is said of a damaged file, and what the process exits with. */
async function refusal(
  folder: string,
  read: (folder: string) => unknown,
): Promise<{ message: string; code: number }> {
  return asUser([join(folder, ".."), folder], async () => {
    try {
      read(folder);
    } catch (error) {
      const { text = "", exit } = describeError(error, false);
      return { message: text, code: exit };
    }
    throw new Error("it was believed");
  });
}

describe("results.json", () => {
  const kinds = Object.entries({
    ...harms,
    missing,
    "with an accuracy above 1": edited(/"accuracy":0\.\d+/, '"accuracy":1.5'),
    "with a log loss below 0": edited(/"logLoss":0/, '"logLoss":-0'),
    "with a count below 0": edited(/"steps":\d+/, '"steps":-1'),
    "with half a seed": edited(/"seed":\d+/, '"seed":0.5'),
    "with a completed trial without its evaluation": edited('"evaluation":', '"evaluatoin":'),
    "of a later version": edited('"schemaVersion":2', '"schemaVersion":3'),
  });
  test.each(kinds)("%s", async (words, damage) => {
    const folder = folderWith("results.json", exampleResults());
    const file = join(folder, "results.json");
    damage(file);
    if (harmless.has(words)) {
      expect(readResults(folder).results).toEqual(exampleResults());
      return;
    }
    const { message, code } = await refusal(folder, readResults);
    expect(code).toBe(2);
    expect(message).toMatch(/^error: .*results.* must be|^error: .*results\.json has \d+ problem/s);
    expect(message).toContain(folder);
  });
});

describe("settings.json", () => {
  test.each(Object.entries(harms))("%s", async (words, damage) => {
    const kept = { folder: "/tmp", settings: { ranks: [1, 2] } };
    const folder = folderWith("settings.json", kept);
    damage(join(folder, "settings.json"));
    // A name that leads nowhere is a file that is missing.
    if (["a link to nothing", "a loop of links", "in upper case"].includes(words))
      return expect(readKept(folder)).toBeUndefined();
    if (harmless.has(words)) return expect(readKept(folder)).toEqual(kept);
    const { message, code } = await refusal(folder, readKept);
    expect(code).toBe(2);
    if (words === "not readable") return expect(message).toContain("\nGet permission to read it");
    expect(message).toMatch(
      /settings\.json must be what a sweep wrote, got .*\nDelete it, and give the settings/,
    );
  });
});
