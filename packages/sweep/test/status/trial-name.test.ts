import { expect, test } from "vitest";
import { trialName, variantOf } from "../../src/status/sweep-status.ts";
import { examplePlan } from "../helpers/example.ts";

const [spec] = examplePlan({ ranks: [16], seeds: [3] }).specs;

test("a trial is named by its rank and its seed", () => {
  expect(trialName(spec!)).toBe("r16-s3");
});

test("a trial of a check is also named by the setting in which it differs", () => {
  const { lora, optimizer } = spec!;
  const faster = { ...spec!, optimizer: { ...optimizer, learningRate: 0.0012345 } };
  expect(trialName(faster, variantOf(faster, spec!))).toBe("r16-s3-lr0.00123");
  expect(variantOf({ ...spec!, lora: { ...lora, scalingRule: "rslora" } }, spec!)).toBe("rslora");
});
