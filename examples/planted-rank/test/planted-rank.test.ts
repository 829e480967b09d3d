import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isNightly } from "../../../scripts/nightly.ts";
import { findRank } from "../src/find-rank.ts";

/** Ranks above and below the planted one are tried with each. */
const plantedRanks = isNightly ? [1, 4, 16] : [4];

// This is the test that the machine measures rank at all: the answer is known, and nothing but the sweep may find it.
test.each(plantedRanks)("a sweep over ranks 1, 4, 16, 32 finds a planted rank of %d", async (planted) => {
  const folder = mkdtempSync(join(tmpdir(), "lorank-planted-"));
  const { decision, teacherLogLoss } = await findRank({
    planted,
    ranks: [1, 4, 16, 32],
    seeds: [0, 1, 2],
    folder,
    trialsAtOnce: 2,
    margin: 0.01,
    training: { trainExamples: 1500, validationExamples: 400, epochs: 6, learningRate: 0.01 },
  });
  expect(decision).toMatchObject({ verdict: "adequate", rank: planted });
  const byRank = new Map(decision.ranks.map((summary) => [summary.rank, summary]));
  // The student of the right rank comes close to the teacher, and every smaller rank is clearly worse.
  expect(byRank.get(planted)!.logLoss! - teacherLogLoss).toBeLessThan(0.04);
  for (const { rank, differenceInterval } of decision.ranks) {
    if (rank < planted)
      expect(Math.max(...differenceInterval.map(Math.abs)), `rank ${rank}`).toBeGreaterThan(0.01);
  }
});
