import { openModelWeights } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import type { WeightDType } from "@lorank/quant";
import { type BlockLinear, blockLinears } from "../base/block-linears.ts";
import type { Family } from "../families/family.ts";
import { assertFloat } from "./assert-float.ts";
import { resolveSkipModules } from "./skip-modules.ts";

/** PyTorch's names of a file's floating-point types. */
export const dtypeNames: Readonly<Record<string, WeightDType>> = {
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
};

/** What is to become of a model's tensors. */
export interface QuantizePlan {
  /** All linear layers of the blocks, in the order of the model. */
  readonly linears: readonly BlockLinear[];
  /** Layers to quantise, by the name of the weight's tensor. */
  readonly quantised: ReadonlyMap<string, BlockLinear>;
  /** Paths of the other linear layers. */
  readonly kept: readonly string[];
  /** Modules with a matrix that stays, except embeddings: {@link kept}, heads and all else in the checkpoint. */
  readonly skipped: readonly string[];
  /** Type of the first quantised weight; bfloat16 where that is none of the three. */
  readonly usual: WeightDType;
  /** Bytes of all tensors as they are. */
  readonly bytes: number;
}

/** Reads the names and shapes of a model's tensors and decides. Throws E_MODEL, E_WEIGHTS and E_KEEP_LAYERS. */
export function planQuantization(
  model: string,
  config: Readonly<Record<string, unknown>>,
  family: Family,
  skipModules: readonly (number | string)[],
): QuantizePlan {
  const weights = openModelWeights(model);
  try {
    const { tensors } = weights;
    assertFloat(model, config, tensors);
    const linears = blockLinears(family, tensors);
    const kept = resolveSkipModules(linears, skipModules);
    const quantised = new Map(
      linears.filter(({ path }) => !kept.has(path)).map((linear) => [linear.tensor, linear] as const),
    );
    const [first] = quantised.keys();
    if (first === undefined)
      throw new InputError(
        "E_KEEP_LAYERS",
        `keepLayers must leave a layer to quantise, got all ${kept.size}`,
      );
    const tables = embeddingTables(family);
    const matrices = [...tensors].filter(
      ([name, { shape }]) =>
        shape.length === 2 &&
        name.endsWith(".weight") &&
        !quantised.has(name) &&
        !tables.some((table) => table.endsWith(name)),
    );
    return {
      linears,
      quantised,
      kept: linears.flatMap(({ path }) => (kept.has(path) ? [path] : [])),
      skipped: matrices.map(([name]) => name.slice(0, -".weight".length)),
      usual: dtypeNames[tensors.get(first)!.dtype] ?? "bfloat16",
      bytes: [...tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0),
    };
  } finally {
    weights.close();
  }
}

/** Names of the tables, which are no linear layers. */
function embeddingTables({ embeddings: { tokens, positions, types } }: Family): string[] {
  return [tokens, positions?.name, types?.name].filter((name) => name !== undefined);
}
