import { expect, test } from "vitest";
import { type TrainingConfig, trialSpec } from "../../src/spec.ts";
import { tinyTrial } from "../helpers/tiny.ts";

const { spec } = tinyTrial();
const config: TrainingConfig = { ...spec, lora: { ...spec.lora, alpha: { kind: "fixed", alpha: 8 } } };

test("a spec is the config under one rank and seed, and what is off is not in it", () => {
  const targetModules = spec.lora.targetModules.toSorted();
  const lora = { ...spec.lora, rank: 3, alpha: 8, targetModules };
  expect(trialSpec(config, 3, 7)).toEqual({ ...spec, seed: 7, lora });
  const more = { ...config, compute: "float16", lora: { ...config.lora, dora: true } } as const;
  expect(trialSpec(more, 3, 7)).toMatchObject({ compute: "float16", lora: { dora: true } });
});

test("alpha stays, or follows the rank", () => {
  const following: TrainingConfig = { ...config, lora: { ...config.lora, alpha: { kind: "equal-to-rank" } } };
  expect([2, 16].map((rank) => trialSpec(config, rank, 0).lora.alpha)).toEqual([8, 8]);
  expect([2, 16].map((rank) => trialSpec(following, rank, 0).lora.alpha)).toEqual([2, 16]);
});
