import { describe, expect, test } from "vitest";
import type { Decision } from "../../src/schema/types.ts";
import { type ArmDecision, withArmNames } from "../../src/words/by-arm.ts";
import { claimsOf } from "../../src/words/claims-of.ts";
import { inWords, nextSteps } from "../../src/words/in-words.ts";
import { type ArmDraw, armOutcomes, armRuns, decidedTable } from "../helpers/arms.ts";
import type { OutcomeRow } from "../helpers/outcome-rows.ts";

const three: readonly ArmDraw[] = [
  { arm: "gpt2", level: 0.6, more: { price: 1 } },
  { arm: "llama 3", level: 0.9, more: { price: 4 } },
  { arm: "qwen-3.5", level: 0.85, more: { price: 2 } },
];
const equal = three.map((one) => ({ ...one, level: 0.85 }));
const priced = { by: ["model"], cost: "price" };
const byModel = { by: ["model"] };

/** Outcomes in which `keep` names the row of the first arm or seed that others copy. */
const copied = (keep: (row: OutcomeRow) => string): OutcomeRow[] => {
  const first = new Map<string, OutcomeRow>();
  return armOutcomes(equal, { examples: 300 }).map((row) => {
    const key = `${keep(row)} ${row.example}`;
    if (!first.has(key)) first.set(key, row);
    return { ...row, correct: first.get(key)!.correct! };
  });
};

const withLosses = (rows: readonly OutcomeRow[]): OutcomeRow[] =>
  rows.map((row) => ({
    ...row,
    label: Number(row.example) % 3 === 0 ? "spam" : "ham",
    logLoss: row.correct === 1 ? 0.3 : 1.6 + Number(row.example) / 1000,
  }));

const collapsedAt = (model: string): OutcomeRow[] =>
  armRuns(equal).map((row) => (row.model === model && row.seed === 2 ? { ...row, accuracy: 0.4 } : row));

const rated = ["0.0001", "0.001"].flatMap((lr) =>
  armRuns(three).map((row) => ({ ...row, lr, accuracy: Number(row.accuracy) - (lr === "0.001" ? 0.02 : 0) })),
);

/** Tables by what a decision on them says. */
const cases: readonly (readonly [name: string, decide: () => Promise<Decision>])[] = [
  ["outcomes that differ", () => decidedTable(armOutcomes(three), byModel, 0.1)],
  ["outcomes that differ, by cost", () => decidedTable(armOutcomes(three), priced, 0.1)],
  ["outcomes that settle nothing", () => decidedTable(armOutcomes(equal), byModel)],
  ["outcomes of one seed", () => decidedTable(armOutcomes(three, { seeds: 1 }), byModel)],
  ["one arm", () => decidedTable(armOutcomes(three.slice(1, 2)), byModel)],
  ["two arms", () => decidedTable(armOutcomes(three.slice(0, 2)), byModel)],
  [
    "the same seeds",
    () =>
      decidedTable(
        copied(({ model }) => String(model)),
        byModel,
      ),
  ],
  [
    "the same arms",
    () =>
      decidedTable(
        copied(({ seed }) => String(seed)),
        byModel,
      ),
  ],
  [
    "the same runs",
    () =>
      decidedTable(
        copied(() => ""),
        byModel,
      ),
  ],
  [
    "no better than the class prior",
    () => decidedTable(withLosses(armOutcomes(equal.map((one) => ({ ...one, level: 0.6 })))), byModel),
  ],
  ["one better than the class prior", () => decidedTable(withLosses(armOutcomes(three)), priced)],
  [
    "groups",
    () =>
      decidedTable(
        armOutcomes(three).map((row) => ({ ...row, group: Number(row.example) % 20 })),
        byModel,
      ),
  ],
  [
    "chosen rows",
    () =>
      decidedTable(
        armOutcomes(three).map((row) => ({ ...row, task: "gsm8k" })),
        { ...byModel, where: ["task=gsm8k"] },
      ),
  ],
  ["runs", () => decidedTable(armRuns(three), byModel)],
  ["runs by cost", () => decidedTable(armRuns(three), priced)],
  ["equal runs", () => decidedTable(armRuns(equal), byModel)],
  ["equal runs by cost", () => decidedTable(armRuns(equal), priced)],
  [
    "runs at equal costs",
    () =>
      decidedTable(
        armRuns(equal).map((row) => ({ ...row, price: 3 })),
        priced,
      ),
  ],
  ["a run that collapsed", () => decidedTable(collapsedAt("llama 3"), byModel)],
  ["a run that collapsed, by cost", () => decidedTable(collapsedAt("gpt2"), priced)],
  [
    "an arm that lacks a seed",
    () =>
      decidedTable(
        armOutcomes(three).filter(({ model, seed }) => model !== "llama 3" || seed !== 2),
        byModel,
      ),
  ],
  [
    "arms without a common seed",
    () =>
      decidedTable(
        armOutcomes(three).map((row) => ({
          ...row,
          seed: Number(row.seed) + (row.model === "llama 3" ? 10 : 0),
        })),
        byModel,
      ),
  ],
  ["few examples", () => decidedTable(armOutcomes(three, { examples: 12 }), byModel, 0.3)],
  ["a dearer arm that is proven", () => decidedTable(armOutcomes(three, { examples: 120 }), priced, 0.1)],
  ["several learning rates", () => decidedTable(rated, byModel)],
  [
    "runs without seeds",
    () =>
      decidedTable(
        armRuns(three).map(({ seed: _, ...row }) => row),
        byModel,
      ),
  ],
];

const decisions = new Map<string, Decision>();
for (const [name, decide] of cases) decisions.set(name, await decide());

/** Members of a document by path, in depth. */
function* membersOf(
  value: unknown,
  path: readonly string[] = [],
): Generator<readonly [readonly string[], unknown]> {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  for (const [key, item] of Object.entries(value)) {
    yield [[...path, key], item];
    yield* membersOf(item, [...path, key]);
  }
}

const names = ["gpt2", "llama 3", "qwen-3.5"];
const named = new Set(["arm", "certifiedArm", "bestArm", "first", "second"]);

describe.each(cases.map(([name]) => name))("%s", (name) => {
  test("no sentence speaks of ranks, and names with spaces are quoted", () => {
    const claims = claimsOf(decisions.get(name)!);
    for (const words of [
      ...claims.map((one) => inWords(one)),
      ...nextSteps(claims).map((step) => step.words),
    ]) {
      expect(words).not.toMatch(/rank/i);
      expect(words.replaceAll('"llama 3"', "")).not.toMatch(/llama/);
    }
  });

  test("the document has no member called a rank, and names where arms are named", () => {
    const decision = decisions.get(name)!;
    const document = withArmNames(decision, decision) as ArmDecision;
    for (const [path, value] of membersOf(document)) {
      const at = path.join(".");
      const key = path.at(-1)!;
      expect(at).not.toMatch(/rank/i);
      if (typeof value === "string") expect(`${at}: ${value}`).not.toMatch(/rank/i);
      const isOfArms = named.has(key) || (/^\d+$/.test(key) && path.at(-2) === "arms");
      if (isOfArms && typeof value !== "object")
        expect([at, names.includes(String(value))]).toEqual([at, true]);
    }
    expect(document.arms.map(({ arm }) => arm)).toEqual(
      decision.ranks.map(({ rank }) => decision.axis!.names[rank - 1]),
    );
  });

  test("nothing lies above the last arm: no verdict to extend, and no returns", () => {
    const decision = decisions.get(name)!;
    expect(decision.verdict).not.toBe("extend");
    expect(decision).not.toHaveProperty("returns");
    expect(claimsOf(decision).map(({ kind }) => kind)).not.toContain("look-larger");
  });
});

test("these tables bring about every claim that a table's decision may have", () => {
  const kinds = new Set([...decisions.values()].flatMap((one) => claimsOf(one).map(({ kind }) => kind)));
  expect([...kinds].sort()).toMatchInlineSnapshot(`
    [
      "arm-order",
      "basis",
      "best-bet",
      "check-settings",
      "chosen-rows",
      "collapsed",
      "complete-two-ranks",
      "copied-runs",
      "difference",
      "groups",
      "left-out-seeds",
      "needed",
      "no-design-settles",
      "no-difference",
      "none-recommended",
      "nothing-learned",
      "one-rank",
      "one-seed",
      "possible-loss",
      "proven",
      "recommended",
      "score-basis",
      "selection-inflation",
      "worse",
    ]
  `);
});

const saidOf = (name: string): string =>
  claimsOf(decisions.get(name)!)
    .map((one) => inWords(one))
    .join("\n");

test("costs are in the sentences, and without costs no arm is cheaper", () => {
  expect(saidOf("outcomes that differ, by cost")).toMatch(/Cheaper is by price\./);
  expect(saidOf("runs at equal costs")).toMatch(
    /Cheaper is by price, in which gpt2, "llama 3" and qwen-3.5 are equal: gpt2 is named first\./,
  );
  for (const name of ["outcomes that differ", "runs", "equal runs"]) {
    expect(saidOf(name)).toMatch(
      /Costs are unknown, so no arm is called cheaper; in a table --cost names their column\./,
    );
    expect(saidOf(name)).not.toMatch(/cheapest|cheaper arm|costs \d|costs the same/);
  }
});

test("arms make no visible difference only where each of them is within the margin", async () => {
  const scores = { a: [0.8, 0.82, 0.84], b: [0.78, 0.75, 0.72] };
  const rows = Object.entries(scores).flatMap(([model, bySeed]) =>
    bySeed.map((accuracy, seed) => ({ model, seed, accuracy })),
  );
  // The best is proven; by how much the other is worse is open.
  const decision = await decidedTable(rows, byModel, 0.1);
  expect(decision.ranks[0]!.shortfallBound!).toBeLessThanOrEqual(0.1);
  expect(decision.ranks[1]!.shortfallBound!).toBeGreaterThan(0.1);
  const said = claimsOf(decision).map((one) => inWords(one));
  expect(said.join("\n")).not.toMatch(/make no visible difference/);
  expect(saidOf("equal runs")).toMatch(
    /The arms make no visible difference here|neither shown nor ruled out/,
  );
  const close = await decidedTable(armRuns(equal, { seeds: 6, spread: 0.001 }), byModel);
  expect(
    claimsOf(close)
      .map((one) => inWords(one))
      .join("\n"),
  ).toMatch(/The arms make no visible difference here/);
});

test("copies name the arm or the seed as what did not reach the trainer", () => {
  expect(saidOf("the same arms")).toMatch(
    /The arm did not reach the trainer.*has the arm, that the trainer uses it/s,
  );
  expect(saidOf("the same seeds")).toMatch(/The seed did not reach the trainer/);
  const { copies } = decisions.get("the same arms")!;
  expect(withArmNames({ copies }, decisions.get("the same arms")!)).toMatchObject({
    copies: { setting: "arm" },
  });
});
