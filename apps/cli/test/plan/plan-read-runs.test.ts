import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { readRuns } from "../../src/commands/plan/earlier-runs.ts";
import { createOutput } from "../../src/output.ts";
import { watchedSweep } from "../watched-sweep.ts";

const output = createOutput({ quiet: true });

describe("readRuns", () => {
  test("reads another trainer's outcomes, of which there are no trials", async () => {
    const file = join(temporaryFolder(), "outcomes.csv");
    writeFileSync(file, "rank,seed,example,correct\n4,1,a,1\n4,1,b,0\n8,1,a,1\n8,1,b,1\n");
    const { outcomes, trials } = await readRuns(file, output);
    expect(outcomes.ranks).toEqual([4, 8]);
    expect(trials).toBeUndefined();
  });

  test("reads groups of outcomes from the column that is said", async () => {
    const file = join(temporaryFolder(), "outcomes.csv");
    writeFileSync(file, "rank,seed,example,correct,thread\n4,1,a,1,x\n4,1,b,0,y\n8,1,a,1,x\n8,1,b,1,y\n");
    const { outcomes } = await readRuns(file, output, { groupColumn: "thread" });
    expect(Array.from(outcomes.cells[0]!.groups!)).toEqual([0, 1]);
    await expect(readRuns(file, output, { groupColumn: "person" })).rejects.toThrow("person missing");
  });

  test("reads the rows of outcomes that are chosen, and refuses a choice of a sweep's", async () => {
    const file = join(temporaryFolder(), "outcomes.csv");
    const rows = [4, 8].flatMap((rank) => ["arc", "mmlu"].map((task) => `${rank},1,a,1,${task}`));
    writeFileSync(file, ["rank,seed,example,correct,task", ...rows].join("\n"));
    const { outcomes } = await readRuns(file, output, { where: ["task=arc"] });
    expect(outcomes).toMatchObject({ examples: 1, chosenRows: { where: [{ column: "task" }] } });
    const sweep = watchedSweep();
    await sweep.finish(2);
    await expect(readRuns(sweep.out, output, { averageOver: "task" })).rejects.toThrow(
      "--average-over must be of a table with a row for each run or example, got a sweep's results",
    );
  });

  test("has the groups of a sweep's data, of its folder while it runs and of its results", async () => {
    const validationGroups = Array.from({ length: 30 }, (_, e) => e % 10);
    const sweep = watchedSweep({ validationGroups });
    await sweep.finish(4);
    const running = await readRuns(sweep.out, output);
    expect(running.trials).toHaveLength(4);
    await sweep.finish(6);
    sweep.complete();
    const results = await readRuns(join(sweep.out, "results.json"), output);
    for (const { outcomes } of [running, results])
      expect(outcomes.cells[0]!.groups).toEqual(validationGroups);
  });

  test("names a file or a folder that holds nothing", async () => {
    const folder = temporaryFolder();
    await expect(readRuns(join(folder, "none"), output)).rejects.toThrow(
      expect.objectContaining({ code: "E_RESULTS" }),
    );
    await expect(readRuns(folder, output)).rejects.toThrow("results must be a folder with a results.json");
  });
});
