import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { judgeAnswers } from "../src/index.ts";

/** Scores of promptfoo's own assertions; scripts/reference/promptfoo_metrics_fixture.mjs wrote them. null: it refuses the reference. */
const { pairs, outcomes } = JSON.parse(
  readFileSync(new URL("fixtures/promptfoo.json", import.meta.url), "utf8"),
) as {
  pairs: readonly (readonly [answer: string, reference: unknown])[];
  outcomes: Readonly<Record<string, readonly (readonly [score: number, pass: boolean] | null)[]>>;
};
const answers = pairs.map(([answer, reference], i) => ({ example: `${i}`, prompt: "", answer, reference }));

describe.each(Object.entries(outcomes))("%s", (metric, expected) => {
  // Its score knows no threshold; a value of ours with one is what it calls pass.
  const byPass = metric.includes("rouge-n:");

  test("gives promptfoo's scores", async () => {
    const accepted = answers.filter((_, i) => expected[i] !== null);
    const { answers: judged } = await judgeAnswers(accepted, [metric]);
    const got = judged.map(({ example, values }) => [answers[Number(example)], values[metric]]);
    const wanted = accepted.map((answer) => {
      const [score, pass] = expected[Number(answer.example)]!;
      return [answer, byPass ? Number(pass) : score];
    });
    expect(got).toEqual(wanted);
  });

  test("refuses the references that promptfoo refuses", async () => {
    for (const answer of answers.filter((_, i) => expected[i] === null)) {
      const refused = judgeAnswers([answer], [metric]);
      await expect(refused, JSON.stringify(answer)).rejects.toThrow(/^reference must be a text/);
    }
  });
});

test("the fixture has every metric of promptfoo's names with both outcomes, and with not-", () => {
  const names = [
    "equals",
    "contains",
    "icontains",
    "regex",
    "starts-with",
    "is-json",
    "levenshtein",
    "rouge-n",
  ];
  for (const name of names.flatMap((name) => [name, `not-${name}`])) {
    const rows = Object.entries(outcomes)
      .filter(([metric]) => metric.split(":")[0] === name)
      .flatMap(([, rows]) => rows);
    expect([...new Set(rows.map((row) => row?.[1]))], name).toEqual(expect.arrayContaining([true, false]));
  }
  expect(pairs.length).toBeGreaterThan(60);
});
