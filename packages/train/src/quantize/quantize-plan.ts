import { modelWeights } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import { quantizedNames, type WeightDType } from "@lorank/quant/checkpoint";
import { type BlockLinear, blockLinears } from "../base/quantize-base.ts";
import type { Family } from "../families/family.ts";

/** PyTorch's floating-point type names by file type name. */
export const dtypeNames: Readonly<Record<string, WeightDType>> = {
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
};

interface QuantizePlan {
  readonly linears: readonly BlockLinear[];
  readonly quantised: ReadonlyMap<string, BlockLinear>;
  readonly skippedLinears: readonly string[];
  /** Modules with an unquantised matrix, except embeddings: {@link skippedLinears}, heads and others. */
  readonly skipped: readonly string[];
  /** Stored type of the first weight to quantise; bfloat16 for types other than F32, F16 and BF16. */
  readonly firstDType: WeightDType;
  /** Bytes of all tensors before quantisation. */
  readonly bytes: number;
}

/** Plans quantisation from tensor names and shapes. Throws E_MODEL, E_WEIGHTS and E_KEEP_LAYERS. */
export function planQuantization(
  model: string,
  config: Readonly<Record<string, unknown>>,
  family: Family,
  skipModules: readonly (number | string)[],
): QuantizePlan {
  const weights = modelWeights(modelAt(model));
  try {
    const { tensors } = weights;
    assertFloat(model, config, tensors);
    const linears = blockLinears(family, tensors);
    const skipped = resolveSkipModules(linears, skipModules);
    const quantised = new Map(
      linears.filter(({ path }) => !skipped.has(path)).map((linear) => [linear.tensor, linear] as const),
    );
    const [first] = quantised.keys();
    if (first === undefined)
      throw new InputError(
        "E_KEEP_LAYERS",
        `keepLayers must leave a layer to quantise, got all ${skipped.size}`,
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
      skippedLinears: linears.flatMap(({ path }) => (skipped.has(path) ? [path] : [])),
      skipped: matrices.map(([name]) => name.slice(0, -".weight".length)),
      firstDType: dtypeNames[tensors.get(first)!.dtype] ?? "bfloat16",
      bytes: [...tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0),
    };
  } finally {
    weights.close();
  }
}

function embeddingTables({ embeddings: { tokens, positions, types } }: Family): string[] {
  return [tokens, positions?.name, types?.name].filter((name) => name !== undefined);
}

type Tensors = Parameters<typeof quantizedNames>[0]["tensors"];

/** Throws E_MODEL for a quantised model: most formats store integers under the weights' names. */
export function assertFloat(
  model: string,
  config: Readonly<Record<string, unknown>>,
  tensors: Tensors,
): void {
  const found = (got: string): InputError =>
    new InputError("E_MODEL", `${model} must not be quantised already, got ${got}`);
  const { quantization_config: quantization } = config;
  if (typeof quantization === "object" && quantization !== null) {
    const { quant_method: method } = quantization as { readonly quant_method?: unknown };
    throw found(`a quantization_config of ${JSON.stringify(method) ?? "no quant_method"}`);
  }
  const [name] = quantizedNames({ tensors }).keys();
  if (name !== undefined) throw found(`${name} in 4 bits`);
}

/**
 * Unquantised paths among `linears`. A number skips a block; a name skips layers by path or path end (`down_proj`,
 * `layers.3.mlp.down_proj`), as in PEFT. Throws E_KEEP_LAYERS for an unmatched entry.
 */
export function resolveSkipModules(
  linears: readonly BlockLinear[],
  skipModules: readonly (number | string)[],
): Set<string> {
  const paths = new Set<string>();
  const unmatched: string[] = [];
  for (const module of skipModules) {
    const skipped = linears.filter(({ layer, path }) =>
      typeof module === "number" ? layer === module : path === module || path.endsWith(`.${module}`),
    );
    if (skipped.length === 0) unmatched.push(JSON.stringify(module));
    for (const { path } of skipped) paths.add(path);
  }
  if (unmatched.length === 0) return paths;
  const layers = 1 + Math.max(...linears.map(({ layer }) => layer));
  const names = [...new Set(linears.map(({ pathInBlock }) => pathInBlock))].join(", ");
  throw new InputError(
    "E_KEEP_LAYERS",
    `keepLayers must be numbers of blocks, 0 to ${layers - 1}, or names of their linear layers (${names}), ` +
      `got ${unmatched.join(", ")}`,
  );
}
