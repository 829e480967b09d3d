import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createOutput } from "../../src/output.ts";
import { readRuns } from "../../src/plan/design.ts";
import { temporaryFolder } from "../cli.ts";

const output = createOutput({ quiet: true });

describe("readRuns", () => {
  test("reads another trainer's outcomes, of which there are no trials", async () => {
    const file = join(temporaryFolder(), "outcomes.csv");
    writeFileSync(file, "rank,seed,example,correct\n4,1,a,1\n4,1,b,0\n8,1,a,1\n8,1,b,1\n");
    const { outcomes, trials } = await readRuns(file, output);
    expect(outcomes.ranks).toEqual([4, 8]);
    expect(trials).toBeUndefined();
  });

  test("names a file or a folder that holds nothing", async () => {
    const folder = temporaryFolder();
    await expect(readRuns(join(folder, "none"), output)).rejects.toThrow(
      expect.objectContaining({ code: "E_RESULTS" }),
    );
    await expect(readRuns(folder, output)).rejects.toThrow("results must be a folder with a results.json");
  });
});
