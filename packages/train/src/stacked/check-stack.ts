import { InputError } from "@lorank/core";
import type { EngineSpec } from "@lorank/core/results";
import type { Family } from "../families/family.ts";

/**
 * Fields in which all trials of a stack must agree: what they train on, and how a step is cut. Ranks, seeds, alphas and
 * all else of the optimiser may differ.
 */
const shared: Readonly<Record<string, (spec: EngineSpec) => unknown>> = {
  base: ({ base }) => base,
  data: ({ data }) => data,
  task: ({ task }) => task,
  compute: ({ compute = "float32" }) => compute,
  "lora.targetModules": ({ lora }) => lora.targetModules,
  "lora.dropout": ({ lora }) => lora.dropout,
  "optimizer.epochs": ({ optimizer }) => optimizer.epochs,
  "optimizer.batchSize": ({ optimizer }) => optimizer.batchSize,
  "optimizer.microBatchSize": ({ optimizer }) => optimizer.microBatchSize,
};

/** Throws E_PACK with every field in which trials cannot be stacked. */
export function assertStackable(specs: readonly EngineSpec[]): void {
  const problems: string[] = [];
  if (specs.length === 0) problems.push("a stack must have at least one trial, got none");
  for (const [field, read] of Object.entries(shared)) {
    const found = [...new Set(specs.map((spec) => JSON.stringify(read(spec))))];
    if (found.length > 1)
      problems.push(`${field} must be the same in all trials of a stack, got ${found.join(" and ")}`);
  }
  if (specs.some(({ lora }) => lora.dora))
    problems.push("lora.dora must be absent in a stack, where magnitudes are not stacked, got true");
  if (problems.length > 0) throw new InputError("E_PACK", problems.join("\n"));
}

/** Throws E_PACK where what a text of `longest` tokens is stacked with changes the positions of a shorter one. */
export function assertSamePositions(family: Family, longest: number): void {
  for (let layer = 0; layer < family.layers; layer++) {
    const { rope } = family.kindOf(layer);
    const short = rope?.tables(2).cos;
    if (short?.join() === rope?.tables(longest).cos.subarray(0, short?.length).join()) continue;
    throw new InputError(
      "E_PACK",
      `base must count positions alike in texts of all lengths, got a ${family.modelType} with one count for short ones and another for ${longest} tokens`,
    );
  }
}
