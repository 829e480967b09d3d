import { capacityCalibration } from "@lorank/core/decide";
import { expect, test } from "vitest";
import {
  type CapacityPlan,
  capacityDocument,
  capacityPlan,
  demandWords,
  namedWords,
  parametersWords,
  recordWords,
  toLearnWords,
} from "../src/plan/capacity.ts";
import type { ReadySweep } from "../src/sweep/ready-sweep.ts";

const data = {
  trainExamples: 600,
  completionTokens: 600,
  task: { kind: "classification", labels: ["a", "b"] },
};
const sizes = { ranks: [4, 8].map((rank) => ({ rank, loraParams: 100 * rank })) };
const planned = (before?: Parameters<typeof capacityPlan>[1], changes: object = {}): CapacityPlan =>
  capacityPlan({ data: { ...data, ...changes }, sizes } as unknown as ReadySweep, before)!;
const measured = planned({ bits: 691.5, examples: 316 });
const unmeasured = planned();

test("of a trainer's command nothing is advised, whose data nobody here has read", () => {
  expect(capacityPlan({ data: undefined, sizes: undefined }, undefined)).toBeUndefined();
});

test("each rule names a rank, and the one that needs a measurement says so", () => {
  const said = ({ facts, advice }: CapacityPlan) =>
    advice.map(({ rule, demand, rank }) => [rule, demandWords(demand), namedWords(rank, facts)]);
  expect(said(measured)).toEqual([
    ["tokens", "600 parameters", "rank 8"],
    ["bits", "346 parameters", "rank 4"],
    ["examples", "rank 8", "rank 8"],
  ]);
  expect(said(unmeasured)[1]).toEqual(["bits", "unknown: --measure", ""]);
  const large = planned(undefined, { completionTokens: 801 });
  expect(said(large)[0]).toEqual(["tokens", "801 parameters", "more than 8"]);
});

test("the data say what there is to learn, and from how many texts the bits are", () => {
  expect(toLearnWords(measured)).toBe(
    "The training data hold 600 labels to learn. Under the model before training with its untrained head they take " +
      "692 bits, estimated from 316 of the 600 texts.",
  );
  expect(toLearnWords(planned({ bits: 12_345, examples: 600 }, { task: { kind: "causal-lm" } }))).toBe(
    "The training data hold 600 response tokens to learn. Under the model before training they take 12.3\u00a0k bits.",
  );
  expect(toLearnWords(unmeasured)).toBe("The training data hold 600 labels to learn.");
  expect(parametersWords(measured.facts)).toBe("LoRA parameters: 400 at rank 4, 800 at rank 8.");
});

test("the record of the rules is beside that of one fixed rank", () => {
  const record = { planted: 1, nearPlanted: 2, trained: 0, nearTrained: 0, tooLarge: 0, tooSmall: 0 };
  const calibration = {
    cases: 9,
    rules: { tokens: record, bits: record, examples: record },
    always: [
      { ...record, rank: 4, planted: 3 },
      { ...record, rank: 8, nearPlanted: 5 },
    ],
  };
  expect(recordWords(calibration)).toMatch(
    /^\* Of 9 tasks .* right in 3 at best, and within the factor in 5\./,
  );
});

test("the document holds inputs, rules and their records", () => {
  const { rules, ...rest } = capacityDocument(unmeasured) as { rules: readonly object[] };
  expect(rest).toMatchObject({ completionTokens: 600, baseBits: null, examplesMeasured: null });
  expect(rules[1]).toMatchObject({
    rule: "bits",
    source: { title: "LoRA Without Regret" },
    demand: null,
    rank: null,
    calibration: capacityCalibration.rules.bits,
  });
});
