import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { cliHere } from "../here.ts";

const small = [
  ...["--ranks", "2,4", "--targets", "q_proj,v_proj", "--epochs", "0.5"],
  ...["--train-examples", "40", "--validation-examples", "60", "--jobs", "2"],
];

async function planned(args: readonly string[], cwd: string) {
  const run = await cliHere(["plan", ...args, "--json"], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(run.stdout);
}

describe("before a sweep", () => {
  test("says what the data can show and what the sweep costs, and writes nothing", async () => {
    const folder = temporaryFolder();
    const { design, results, noise, costs } = await planned(
      [...small, "--seeds", "3", "--margin", "0.05"],
      folder,
    );
    expect(readdirSync(folder)).toEqual([]);
    expect(design).toMatchObject({ ranks: [2, 4], seeds: 3, examples: 60, margin: 0.05, power: 0.8 });
    expect(results).toBeNull();
    expect(noise.map((one: { disagreement: number }) => one.disagreement)).toEqual([0.02, 0.05, 0.1]);
    expect(noise[0].bySeeds.map((row: { seeds: number }) => row.seeds)).toEqual([1, 3, 5, 10]);
    expect(costs).toMatchObject({ trials: 6, done: 0, trialsAtOnce: 2, timeSource: null, secondsLeft: null });
    expect(costs.peakBytes).toBe(
      2 * Math.max(...costs.ranks.map((row: { peakBytes: number }) => row.peakBytes)),
    );
  });

  test("a method other than a grid runs fewer trials", async () => {
    const probe = [...small, "--ranks", "2,4,8,16", "--seeds", "10", "--method", "probe"];
    const { costs, design } = await planned(probe, temporaryFolder());
    expect(design.method).toBe("probe");
    expect(costs.trials).toBe(40);
    expect(costs.expectedTrials).toBeLessThan(40);
  });
});

describe("for another trainer", () => {
  test("--examples is enough: one seed and two ranks have the textbook's figures", async () => {
    const { design, noise, sweep } = await planned(
      ["--examples", "872", "--ranks", "4,8"],
      temporaryFolder(),
    );
    expect(sweep).toBeUndefined();
    expect(design).toMatchObject({ ranks: [4, 8], seeds: 5, examples: 872, margin: 0.01 });
    const needed = noise.map((one: { needed: { oneSeedExamples: number } }) => one.needed.oneSeedExamples);
    expect(needed).toEqual([1237, 3092, 6183]);
  });

  test("ranks and examples are those of the outcomes", async () => {
    const folder = temporaryFolder();
    const rows = [2, 16].flatMap((rank) =>
      [1, 2].flatMap((seed) =>
        Array.from({ length: 50 }, (_, e) => `${rank},${seed},${e},${(e * rank * seed) % 7 === 0 ? 0 : 1}\n`),
      ),
    );
    writeFileSync(join(folder, "outcomes.csv"), `rank,seed,example,correct\n${rows.join("")}`);
    const { design, noise } = await planned(["--results", "outcomes.csv", "--seeds", "8"], folder);
    expect(design).toMatchObject({ ranks: [2, 16], seeds: 8, examples: 50 });
    expect(noise[0]).toMatchObject({ source: "observed", observedSeeds: 2 });
  });
});
