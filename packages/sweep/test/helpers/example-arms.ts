import { normalisedLora } from "@lorank/train/spec";
import type { EngineArm } from "../../src/arms/arms.ts";
import { exampleConfig } from "./example-config.ts";

/** An arm of the example sweep: its settings, but for these. */
export function exampleArm(
  name: string,
  { rank = 2, cost, ...lora }: { rank?: number; cost?: number } & Partial<EngineArm["lora"]> = {},
  optimizer?: EngineArm["optimizer"],
): EngineArm {
  return {
    name,
    lora: { ...normalisedLora(exampleConfig.lora), ...lora, rank },
    ...(optimizer === undefined ? {} : { optimizer }),
    ...(cost === undefined ? {} : { cost: { of: "GPU hours", value: cost } }),
  };
}

/** Three arms in order of cost, of which two share a rank. */
export const exampleArms: readonly EngineArm[] = [
  exampleArm("attention", { targetModules: ["q_proj"], cost: 1 }),
  exampleArm("mlp", { targetModules: ["v_proj"], cost: 2 }),
  exampleArm("all linear", { rank: 4, cost: 3 }),
];
