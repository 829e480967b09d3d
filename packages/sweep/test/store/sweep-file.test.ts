import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SweepConfig } from "../../src/index.ts";
import { reconcileSweepFile } from "../../src/store/reconcile.ts";
import { exampleChoices, readSweepFile, settingsFile, writeSettings } from "../../src/store/sweep-file.ts";
import { exampleConfig, examplePlan, temporaryFolder } from "../helpers/example.ts";

const groupsOfExample = Array.from({ length: exampleConfig.data.validationExamples }, (_, i) => i >> 1);

describe("sweep.json", () => {
  test.each(["{", "null", "[]"])("a sweep.json that holds %s is named, with what to do", (text) => {
    const out = temporaryFolder();
    writeFileSync(join(out, "sweep.json"), text);
    for (const read of [() => readSweepFile(out), () => reconcileSweepFile(out, examplePlan(), false)])
      expect(read).toThrow(
        expect.objectContaining({
          code: "E_JSON",
          message: expect.stringMatching(
            /sweep\.json must .*\nDelete .*sweep\.json, then run the sweep again/,
          ),
        }),
      );
  });

  test("says whether the sweep keeps validation examples that are also in training; an old one does", () => {
    const begun = (changes: Partial<SweepConfig> = {}): string => {
      const out = temporaryFolder();
      reconcileSweepFile(out, examplePlan(changes), false);
      return out;
    };
    expect(exampleChoices(temporaryFolder())).toEqual({});
    const none = { groupColumn: "none" };
    expect(exampleChoices(begun())).toEqual({ keepOverlap: true, ...none });
    const overlap = { validation: 3, kept: true } as const;
    expect(exampleChoices(begun({ overlap }))).toEqual({ keepOverlap: true, ...none });
    expect(exampleChoices(begun({ overlap: { validation: 3 } }))).toEqual({ keepOverlap: false, ...none });
    const grouped = { validationGroups: groupsOfExample };
    expect(exampleChoices(begun(grouped))).toEqual({ keepOverlap: false });
    expect(exampleChoices(begun({ ...grouped, overlap }))).toEqual({ keepOverlap: true });
  });
});

describe("settings.json", () => {
  test("keeps what was asked of the config that is run, and is not touched where it is the same", () => {
    const out = temporaryFolder();
    const file = settingsFile(out);
    expect(file).toBe(join(out, "settings.json"));
    const write = (ranks: number[]) =>
      writeSettings(out, ({ ranks, seeds }) => ({ ranks, seeds: seeds.length }), { ...exampleConfig, ranks });
    write([4, 8]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ ranks: [4, 8], seeds: 2 });
    const { ino, mtimeMs } = statSync(file);
    write([4, 8]);
    expect(statSync(file)).toMatchObject({ ino, mtimeMs });
    write([4]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ ranks: [4], seeds: 2 });
  });

  test("where nothing was asked there is no file, and one of before stays", () => {
    const out = temporaryFolder();
    writeSettings(out, undefined, exampleConfig);
    expect(existsSync(settingsFile(out))).toBe(false);
    writeSettings(out, () => "asked", exampleConfig);
    writeSettings(out, undefined, exampleConfig);
    expect(readFileSync(settingsFile(out), "utf8")).toBe('"asked"\n');
  });
});
