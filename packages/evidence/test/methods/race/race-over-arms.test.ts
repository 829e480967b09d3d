import { describe, expect, test } from "vitest";
import { type OutcomeTable, partOf } from "../../../src/decide/outcomes.ts";
import { raceSoFar } from "../../../src/methods/race/so-far.ts";
import type { ArmAxis } from "../../../src/schema/arm-types.ts";
import type { Decision } from "../../../src/schema/types.ts";
import { type ArmDecision, withArmNames } from "../../../src/words/by-arm.ts";
import { claimsOf } from "../../../src/words/claims-of.ts";
import { inBrief, inWords, nextSteps } from "../../../src/words/in-words.ts";
import { nestedTable, withoutRuns } from "../../decide/tables.ts";
import { decideRace } from "./decided-race.ts";

const tenSeeds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const steady = (accuracy: number): number[] => tenSeeds.map(() => accuracy);
const swinging = (accuracy: number, swing: number): number[] =>
  tenSeeds.map((seed) => accuracy + (seed % 2 === 0 ? swing : -swing));

const names = ["attention", "mlp r8", "all-linear"];
const axis: ArmAxis = { by: "arm", names, cost: { of: "trainable parameters", values: [100, 200, 200] } };
const options = { ranks: [1, 2, 3], seeds: tenSeeds };

/** Outcomes of arms by their accuracies, the cheapest arm first. */
const armsOf = (bySeed: readonly (readonly number[])[], own: ArmAxis = axis): OutcomeTable => ({
  ...nestedTable(Object.fromEntries(bySeed.map((scores, i) => [i + 1, scores])), 2000),
  axis: own,
});

const firstFalls = armsOf([steady(0.7), swinging(0.9, 0.01), swinging(0.903, -0.01)]);
/** Arms of which the first falls behind at once, and the second diverges from the fourth seed on. */
const lastIsAlone: OutcomeTable = { ...withoutRuns(firstFalls, (arm, seed) => arm === 2 && seed > 2), axis };
const dearerIsWorse = armsOf([swinging(0.9, 0.03), swinging(0.9, -0.03), steady(0.8)]);
const equalIsWorse = armsOf([swinging(0.91, 0.03), steady(0.92), steady(0.905)]);
const equal = [swinging(0.9, 0.001), swinging(0.9, -0.001), swinging(0.901, 0.001)];
const oneFailed: OutcomeTable = { ...withoutRuns(firstFalls, (arm) => arm === 1), axis };

const decisions: readonly (readonly [name: string, decision: Decision])[] = [
  ["one arm dropped", decideRace(firstFalls, { ...options, leastPromise: 0 })],
  ["one arm left", decideRace(lastIsAlone, { ...options, leastPromise: 0 })],
  ["dearer arms that are worse", decideRace(dearerIsWorse, { ...options, leastPromise: 0 })],
  ["an arm worse than one of its cost", decideRace(equalIsWorse, { ...options, leastPromise: 0 })],
  ["an arm that failed", decideRace(oneFailed, { ...options, leastPromise: 0 })],
  ["a race that goes on", decideRace(partOf(firstFalls, [1, 2, 3], [0, 1, 2]), options)],
  ["no look yet", decideRace(partOf(firstFalls, [1, 2, 3], [0]), options)],
  ["equal arms", decideRace(armsOf(equal), options)],
];
const decisionOf = (name: string): Decision => decisions.find(([own]) => own === name)![1];
const saidOf = (decision: Decision): string[] => claimsOf(decision).map((one) => inWords(one));

describe.each(decisions)("a race over arms: %s", (_, decision) => {
  test("speaks of arms by their names alone", () => {
    const claims = claimsOf(decision);
    const sentences = [
      ...saidOf(decision),
      ...claims.map((one) => inBrief(one)),
      ...nextSteps(claims).map(({ words }) => words),
      ...(decision.excluded ?? []).map(({ reason }) => reason),
      ...decision.race!.looks.flatMap(({ dropped }) => dropped.map(({ reason }) => reason)),
    ];
    for (const words of sentences) {
      expect(words).not.toMatch(/rank/i);
      // Numbers of arms would follow such a word.
      expect(words).not.toMatch(/\b(?:arm|arms|below|than|Arm) [123]\b/);
      expect(words.replaceAll('"mlp r8"', "")).not.toMatch(/mlp/);
    }
  });

  test("has the names in its document, and no number of an arm", () => {
    const { race, ...document } = withArmNames(decision, decision) as ArmDecision;
    expect(JSON.stringify({ ...document, explanation: "" })).not.toMatch(/rank/i);
    for (const { arms, dropped } of race!.looks) {
      expect(names).toEqual(expect.arrayContaining([...arms]));
      for (const drop of dropped) {
        expect(names).toContain(drop.arm);
        if (drop.cause !== "failed") expect(names).toContain(drop.against);
      }
    }
  });

  test("keeps the order of the arms, whatever the results", () => {
    expect(decision.axis).toBe(axis);
    for (const { ranks } of decision.race!.looks) expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  });

  test("recommends no arm beyond the last", () => {
    expect(decision.verdict).not.toBe("extend");
    expect(decision).not.toHaveProperty("returns");
    expect(claimsOf(decision).map(({ kind }) => kind)).not.toContain("try-larger");
  });
});

test("a dropped arm is said to be below a cheaper one, or below one of its cost", () => {
  const reasons = (name: string): string[] => decisionOf(name).excluded!.map(({ reason }) => reason);
  expect(reasons("one arm dropped")[0]).toMatch(
    /^dropped after 3 seeds: it is 20\.\d ± \d+\.\d points below (all-linear|"mlp r8"), beyond the margin$/,
  );
  expect(reasons("an arm worse than one of its cost").at(-1)).toMatch(
    /points below "mlp r8", which costs the same$/,
  );
  const cheaper = decideRace(armsOf([steady(0.92), steady(0.905), swinging(0.915, 0.03)]), options);
  expect(cheaper.excluded![0]!.reason).toMatch(/points below attention, which costs less$/);
});

test("the arm that is left is enough, though it is the last, and costs are said", () => {
  const decision = decisionOf("one arm left");
  expect(decision).toMatchObject({ verdict: "adequate", rank: 3, certifiedRank: 3 });
  expect(decision.race!.stopped).toBe("settled");
  expect(raceSoFar(lastIsAlone, { ...options, leastPromise: 0 }).verdict.verdict).toBe("adequate");
  expect(decision.excluded!.map(({ rank }) => rank)).toEqual([1, 2]);
  expect(saidOf(decision).join("\n")).toMatch(
    /Use all-linear\.\nIt is the one arm that is left in the race: every other one fell behind\./,
  );
  expect(saidOf(decision)).toContain("Cheaper is by trainable parameters.");
  // The same outcomes of ranks: quality is still rising.
  const { axis: _, ...ranks } = lastIsAlone;
  expect(decideRace(ranks, { ...options, leastPromise: 0 })).toMatchObject({ verdict: "extend", rank: 3 });
});

test("of equal arms the cheapest is named; of equal costs the first", () => {
  expect(decisionOf("equal arms")).toMatchObject({ verdict: "adequate", rank: 1 });
  const even: ArmAxis = { ...axis, cost: { of: "hours", values: [5, 5, 5] } };
  const decision = decideRace(armsOf(equal, even), options);
  expect(decision).toMatchObject({ verdict: "adequate", rank: 1 });
  expect(saidOf(decision)).toContain(
    'Cheaper is by hours, in which attention, "mlp r8" and all-linear are equal: attention is named first.',
  );
});

test("looks and drops are those of ranks in the same order, but for the last arm's rise", () => {
  const { axis: _, ...ranks } = firstFalls;
  const facts = ({ looks }: ReturnType<typeof raceSoFar>) =>
    looks.map(({ seeds, ranks, dropped }) => ({ seeds, ranks, dropped }));
  const all = { ...options, leastPromise: 0 };
  expect(facts(raceSoFar(firstFalls, all))).toEqual(facts(raceSoFar(ranks, all)));
});

test("arms must have costs, in their order, before the race begins", () => {
  const outcomes = (cost?: ArmAxis["cost"]): OutcomeTable => ({
    ...firstFalls,
    axis: { by: "arm", names, ...(cost === undefined ? {} : { cost }) },
  });
  const refusal = (cost?: ArmAxis["cost"]): unknown => {
    try {
      return decideRace(outcomes(cost), options);
    } catch (error) {
      return error;
    }
  };
  expect(refusal()).toMatchObject({
    code: "E_RACE",
    message:
      "axis.cost must be known, since a race needs the order of its arms before their results, got none",
  });
  expect(refusal({ of: "hours", values: [1, 3, 2] })).toMatchObject({
    code: "E_RACE",
    message: "axis.cost.values must be ascending in a race, got [1, 3, 2]",
  });
});
