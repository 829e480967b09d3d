import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { testScoreOf } from "@lorank/evidence";
import { type Results, rankToUse, type TestSet } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { makeResults } from "../../../report/test/fixtures/make-results.ts";
import { cliHere } from "../here.ts";

const [one, other] = ["1".repeat(64), "2".repeat(64)];
/** Results whose verdict names a rank; its runs have a score on a test set of as many examples. */
const made = makeResults({ examples: 300, margin: 0.1 });

function resultsFile(data: Partial<Results["data"]>): string {
  const { metric, confidence } = made.decision;
  const rank = rankToUse(made.decision)!;
  const best = made.trials.filter(({ spec }) => spec.lora.rank === rank);
  const validation = best.map(({ evaluation }) => evaluation!);
  const runs = best.map(({ trialId, spec: { seed }, evaluation }) => {
    return { trialId, rank, seed, evaluation: evaluation! };
  });
  const test = testScoreOf({ metric, confidence, runs, validation, otherRanks: [] });
  const results = { ...made, data: { ...made.data, ...data }, ...(data.test ? { test } : {}) };
  const file = join(temporaryFolder(), "results.json");
  writeFileSync(file, JSON.stringify(results));
  return file;
}

async function compared(...data: [Partial<Results["data"]>, Partial<Results["data"]>]) {
  const { stdout, stderr } = await cliHere(["compare", ...data.map(resultsFile), "--json"]);
  return { ...JSON.parse(stdout), stderr };
}

describe("the examples of two sweeps", () => {
  test.each([
    [
      "same",
      "with one digest, whatever their names",
      { examplesSha256: one },
      { examplesSha256: one, name: "b" },
    ],
    [
      "different",
      "with two digests, whatever their names",
      { examplesSha256: one },
      { examplesSha256: other },
    ],
    ["by-name", "of which one has a digest, as an earlier version's has none", { examplesSha256: one }, {}],
    ["different", "of two names without digests", { name: "a" }, { name: "b" }],
  ] as const)("are %s %s", async (examplesAre, _, first, second) => {
    expect(await compared(first, second)).toMatchObject({ examplesAre });
  });

  test("are said to differ where their digests do", async () => {
    const { explanation } = await compared({ examplesSha256: one }, { examplesSha256: other });
    expect(explanation).toContain("The examples differ");
  });
});

describe("test scores of two sweeps", () => {
  const set: TestSet = { name: "mails", sha256: one, examples: 300 };
  const note = "Test scores are not compared: the test examples differ.";

  test.each([
    [
      "one digest",
      { ...set, examplesSha256: one },
      { name: "b", sha256: other, examples: 300, examplesSha256: one },
    ],
    ["one name, if a digest is unknown", { ...set, examplesSha256: one }, { ...set, sha256: other }],
  ] as const)("are compared on test examples of %s", async (_, first, second) => {
    const { test: on, stderr } = await compared({ test: first }, { test: second });
    expect(on).toMatchObject({ examples: { count: 300 } });
    expect(stderr).not.toContain(note);
  });

  test.each([
    ["other digests", { ...set, examplesSha256: one }, { ...set, examplesSha256: other }],
    ["another name and other tokens", set, { name: "b", sha256: other, examples: 300 }],
  ] as const)("are not compared on test examples of %s, which is said", async (_, first, second) => {
    const { test: on, stderr } = await compared({ test: first }, { test: second });
    expect(on).toBeUndefined();
    expect(stderr).toContain(note);
  });

  test("are not missed where one sweep has none", async () => {
    const { test: on, stderr } = await compared({ test: set }, {});
    expect(on).toBeUndefined();
    expect(stderr).not.toContain(note);
  });
});
