import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readRuns } from "../../src/readers/read-runs.ts";
import { temporaryFolder, writeBelow } from "../helpers/files.ts";
import { written } from "../helpers/written-scores.ts";

const outcomes = (): string => written("outcomes.csv", "rank,seed,example,correct\n4,0,a,1\n8,0,a,0\n");
const scores = (): string => written("runs.csv", "rank,seed,accuracy\n4,0,0.5\n8,0,0.75\n");
const pattern = join(
  fileURLToPath(new URL("../fixtures", import.meta.url)),
  "trainer-state",
  "r{rank}-s{seed}",
);

test("says whether it found outcomes of examples or scores", async () => {
  expect(await readRuns(outcomes())).toMatchObject({ kind: "outcomes", ranks: [4, 8], examples: 1 });
  expect(await readRuns([outcomes()])).toMatchObject({ kind: "outcomes", ranks: [4, 8] });
  expect(await readRuns(scores())).toMatchObject({ kind: "scores", column: "accuracy", metric: "accuracy" });
  expect(await readRuns(pattern, { metric: "loss" })).toMatchObject({ kind: "scores", column: "eval_loss" });
});

test("runs that have both are read by their outcomes, unless a choice asks for a score", async () => {
  const out = temporaryFolder();
  for (const rank of [4, 8]) {
    const state = { log_history: [{ step: 9, eval_accuracy: rank / 10, eval_margin: rank }] };
    writeBelow(out, `r${rank}/trainer_state.json`, JSON.stringify(state));
    writeBelow(out, `r${rank}/outcomes.csv`, "example,correct\na,1\n");
  }
  const both = join(out, "r{rank}");
  expect(await readRuns(both)).toMatchObject({ kind: "outcomes", ranks: [4, 8] });
  expect(await readRuns(both, { metric: "accuracy" })).toMatchObject({ kind: "outcomes" });
  expect(await readRuns(both, { metric: "margin", better: "higher" })).toMatchObject({
    kind: "scores",
    column: "eval_margin",
  });
});

test("finds nothing in a sweep's folder, and in a file that is not there", async () => {
  const sweep = temporaryFolder();
  writeBelow(sweep, "results.json", "{}");
  writeBelow(sweep, "outcomes.csv", "rank,seed,example,correct\n4,0,a,1\n");
  expect(await readRuns(sweep)).toBeUndefined();
  expect(await readRuns(join(sweep, "nothing"))).toBeUndefined();
});

test("a table of runs has no groups of examples, and is refused where only outcomes are asked for", async () => {
  await expect(readRuns(scores(), { groupColumn: "page" })).rejects.toThrow(
    "--group-column must be of outcomes of examples, got page for a table of runs, one score each",
  );
  for (const path of [scores(), pattern])
    await expect(readRuns(path, { only: "outcomes" })).rejects.toMatchObject({
      code: "E_COLUMN",
      message: expect.stringMatching(
        /must have a row for each rank, seed and example .*, got one score a run$/,
      ),
    });
});

test("a needed margin is asked for where the score has no default, together with its better side", async () => {
  const accuracies = await readRuns(scores(), { needsMargin: true });
  expect(accuracies).toMatchObject({ metric: "accuracy" });
  const f1 = written("runs.csv", "rank,seed,f1,taste\n4,0,0.5,1\n8,0,0.75,2\n");
  expect(await readRuns(f1)).toMatchObject({ metric: "higher:f1" });
  const message = (column: string) => `--margin is needed, in the unit of ${column}, such as --margin 0.01`;
  await expect(readRuns(f1, { needsMargin: true })).rejects.toMatchObject({
    code: "E_CONFIG",
    message: message("f1"),
  });
  await expect(readRuns(f1, { metric: "taste", needsMargin: true })).rejects.toThrow(
    `which side of taste is better\n${message("taste")}`,
  );
});
