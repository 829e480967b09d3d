import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { decideResults } from "@lorank/evidence";
import type { TrialResult } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { exampleResults, exampleTrial } from "../../../../packages/evidence/test/fixtures/results.ts";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { findRecipe } from "../../src/commands/config/find-recipe.ts";
import { createOutput } from "../../src/output.ts";
import { cliHere } from "../here.ts";
import { runHere } from "../run-here.ts";
import { smallAdapter } from "../small-adapter.ts";

const note = /rank 3 needs 8, 896 B for each of --max-loras instead of 336 B/;

const examples = 400;

/** A trial that is wrong on 20 examples of its own; each has log losses of its own. */
function trial(rank: number, seed: number): TrialResult {
  const one = exampleTrial(rank, seed);
  const correct = Array.from({ length: examples }, (_, e) => ((7 * e + 3 * seed + rank) % 20 === 0 ? 0 : 1));
  const logLosses = correct.map(
    (right, e) => 1.5 - right + 0.2 * Math.sin(rank + 13 * seed + (7 + seed) * e),
  );
  const logLoss = logLosses.reduce((sum, loss) => sum + loss, 0) / examples;
  return {
    ...one,
    spec: { ...one.spec, data: { ...one.spec.data, validationExamples: examples } },
    evaluation: { accuracy: 0.95, logLoss, correct, logLosses },
  };
}

/** A sweep of the ranks 3 and 32 that recommends 3, with its adapter. */
function sweepFolder(): string {
  const folder = temporaryFolder();
  const { data: found, sweep: settings, ...rest } = exampleResults();
  const { majorityShare: _, ...data } = { ...found, validationExamples: examples };
  const sweep = { ...settings, ranks: [3, 32], seeds: [1, 2, 3] };
  const trials = sweep.ranks.flatMap((rank) => sweep.seeds.map((seed) => trial(rank, seed)));
  const decision = decideResults({ sweep, data, trials });
  expect(decision.rank).toBe(3);
  writeFileSync(join(folder, "results.json"), JSON.stringify({ ...rest, data, sweep, trials, decision }));
  const adapter = join(folder, "adapters", "r3");
  mkdirSync(adapter, { recursive: true });
  writePeftAdapter(adapter, smallAdapter({ taskType: "CAUSAL_LM", heads: new Map() }));
  const [{ trialId }] = trials as [TrialResult];
  writeFileSync(join(adapter, "trial.json"), JSON.stringify({ trialId, rank: 3, seed: 1 }));
  return folder;
}

test("report, config and verdict say as which rank vLLM serves the rank to use", async () => {
  const folder = sweepFolder();
  await runHere("report", [folder], { quiet: true });
  expect(readFileSync(join(folder, "report.html"), "utf8")).toMatch(note);
  const { recipe } = await findRecipe(folder, undefined, createOutput({ quiet: true }));
  expect(recipe.remarks.filter((remark) => note.test(remark))).toHaveLength(1);
  const alone = await findRecipe(join(folder, "adapters", "r3"), undefined, createOutput({ quiet: true }));
  expect(alone.recipe.remarks.filter((remark) => note.test(remark))).toHaveLength(1);

  const { stdout } = await cliHere(["verdict", folder, "--json"]);
  expect(JSON.parse(stdout).vllmRank).toMatch(note);
  const other = await findRecipe(folder, 32, createOutput({ quiet: true }));
  expect(other.recipe.remarks.filter((remark) => note.test(remark))).toEqual([]);
});
