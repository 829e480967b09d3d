import { join } from "node:path";
import { expect, test } from "vitest";
import { readScores } from "../../../src/readers/read-runs.ts";
import { temporaryFolder, writeBelow } from "../../helpers/files.ts";
import { readTable as read } from "../../helpers/written-scores.ts";

test.each([
  [
    "84.1,0.842,83,85",
    /got 0\.842 \(line 3\) beside 84\.1 \(line 2\)\nA percentage below 1 is written with its sign: 0\.9%\.$/,
  ],
  ["0.84,0.85,0.86,85", /got 85 \(line 5\) beside 0\.84 \(line 2\)/],
  ["84,85,0.25,81", /got 0\.25 \(line 4\) beside 84 \(line 2\)/],
  ["0.9,5,88,90", /got 0\.9 \(line 2\) beside 5 \(line 3\)/],
  ["84,1,88,90", /got 1 \(line 3\) beside 84/],
])("percentages and shares in one column are refused: %s", async (scores, message) => {
  const rows = scores.split(",").map((score, i) => `${i < 2 ? 4 : 8},${i % 2},${score}`);
  await expect(read(["rank,seed,accuracy", ...rows].join("\n"))).rejects.toMatchObject({
    code: "E_OUTCOMES",
    message: expect.stringMatching(message),
  });
});

test.each([
  ["84%,0.85,86 %,0.9", [0.84, 0.85, 0.86, 0.9]],
  ["84%,85,0.9%,90", [0.84, 0.85, 0.009, 0.9]],
  ["0.5,1.2,3.4,8", [0.005, 0.012, 0.034, 0.08]],
  ["84,0,88,100", [0.84, 0, 0.88, 1]],
  ["0,1,1,0.5", [0, 1, 1, 0.5]],
])("a cell's own sign decides, and low percentages may be near 1: %s", async (scores, shares) => {
  const rows = scores.split(",").map((score, i) => `${i < 2 ? 4 : 8},${i % 2},${score}`);
  const { runs } = await read(["rank,seed,accuracy", ...rows].join("\n"));
  for (const [i, { score }] of runs.entries()) expect(score).toBeCloseTo(shares[i]!, 12);
});

test("other scores from 0 to 1 must be in one unit too; losses and ratings have their own", async () => {
  const table = (column: string) => `rank,seed,${column}\n4,0,84\n4,1,0.85\n8,0,83\n8,1,82\n`;
  await expect(read(table("eval_f1"))).rejects.toThrow(
    /f1 must be in one unit in .*, shares or percent, got 0\.85 \(line 3\) beside 84 \(line 2\)$/,
  );
  expect((await read(table("perplexity"))).runs).toHaveLength(4);
  expect((await read(table("judge"), { metric: "judge", better: "higher" })).runs).toHaveLength(4);
});

test("ratings from 1 to 5 are no accuracies", async () => {
  await expect(read("rank,seed,accuracy\n4,0,3.4\n4,1,4.1\n8,0,5\n8,1,1\n")).rejects.toThrow(
    /accuracy must be a share \(0 to 1\) or percent \(0 to 100\) in .*, got 3\.4 \(line 2\) and none above 5\nDivide ratings from 1 to 5 by 5,/,
  );
});

test("logs of a trainer must be in one unit, and those in another are named", async () => {
  const out = temporaryFolder();
  const scores = { "r4-s0": 84.1, "r4-s1": 0.85, "r8-s0": 83, "r8-s1": 85 };
  for (const [run, eval_accuracy] of Object.entries(scores))
    writeBelow(
      out,
      `${run}/trainer_state.json`,
      JSON.stringify({ log_history: [{ step: 9, eval_accuracy }] }),
    );
  await expect(readScores(join(out, "r{rank}-s{seed}"))).rejects.toThrow(
    /got 0\.85 \(.*r4-s1\/trainer_state\.json\) beside 84\.1 \(.*r4-s0\/trainer_state\.json\)/,
  );
});

test.each([
  [["q_proj", "all-linear"], "got all-linear and q_proj\nA path without * chooses among them; numbers of"],
  [["try1", "try2"], undefined],
  [["2026-01-02", "2026-01-03"], undefined],
])("folders of one rank that are named %j", async (names, message) => {
  // A rank in the name of the folder around them is no rank of theirs.
  const out = join(temporaryFolder(), "sweep4");
  for (const rank of [4, 16])
    for (const [i, name] of names.entries()) {
      const state = { log_history: [{ step: 9, eval_accuracy: 0.5 + (i + rank) / 100 }] };
      writeBelow(out, `${name}/r${rank}/trainer_state.json`, JSON.stringify(state));
    }
  const reading = readScores(join(out, "*", "r{rank}"));
  if (message === undefined) expect((await reading).runs).toHaveLength(4);
  else await expect(reading).rejects.toThrow(message);
});

test("a run with two folders names both", async () => {
  const out = temporaryFolder();
  const state = JSON.stringify({ log_history: [{ step: 9, eval_accuracy: 0.5 }] });
  for (const run of ["dora-r4-s0", "lora-r4-s0", "lora-r8-s0"])
    writeBelow(out, `${run}/trainer_state.json`, state);
  await expect(readScores(join(out, "*-r{rank}-s{seed}"))).rejects.toThrow(
    /rank 4, seed 0 must have one folder, got .*dora-r4-s0.* and .*lora-r4-s0/,
  );
});
