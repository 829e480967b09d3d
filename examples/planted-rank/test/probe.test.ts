import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isNightly, onlyNightly } from "../../../scripts/nightly.ts";
import { findRank } from "../src/find-rank.ts";

const title = "a probe predicts a planted rank of 2 from truncations of rank 8, and real runs confirm it";
test.runIf(isNightly)(`${title}${onlyNightly}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "lorank-planted-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { decision } = await findRank({
    planted: 2,
    ranks: [1, 2, 4, 8],
    seeds: [0, 1, 2],
    folder,
    trialsAtOnce: 2,
    margin: 0.02,
    training: { trainExamples: 1000, validationExamples: 200, epochs: 3, learningRate: 0.02 },
    method: "probe",
  });
  expect(decision).toMatchObject({ verdict: "adequate", rank: 2 });
  const { confirmations, predictions, runs } = decision.probe!;
  expect(confirmations.map(({ rank, outcome }) => [rank, outcome])).toEqual([[2, "held"]]);
  expect(runs).toBe(6); // of the grid's 12
  // One direction of two is half of what the teacher knows and the base does not.
  expect(predictions.find(({ rank }) => rank === 1)!.advantage).toBeLessThan(-0.05);
});
