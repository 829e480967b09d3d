import { type FloatDType, openModelWeights, readModelConfig } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import { type Runtime, sizeOf } from "@lorank/graph";
import { readBase } from "../base.ts";
import { assertFloat } from "./assert-float.ts";
import { blockLinears } from "./block-linears.ts";
import { resolveKeepLayers } from "./keep-layers.ts";
import { type KeepCandidate, type KeepPlan, planKeptLayers } from "./keep-plan.ts";
import { measureOutputErrors, type OutputError } from "./output-errors.ts";
import type { Format4bitOptions } from "./quantize-linear.ts";

export interface SuggestKeepLayersOptions extends Format4bitOptions {
  /** A model folder or a `.gguf` file. */
  readonly model: string;
  readonly runtime: Runtime;
  /** Token ids of the texts to measure on. */
  readonly texts: readonly ArrayLike<number>[];
  /** Most bytes of all tensors of the model. */
  readonly budgetBytes: number;
  /** Layers that stay in any case, as `quantizeModel` takes them (default none). */
  readonly keepLayers?: readonly (number | string)[];
  /** Type of everything that is not quantised (default: each tensor's own; BF16 for a GGUF). */
  readonly dtype?: FloatDType;
  readonly onBlock?: (done: number, total: number) => void;
}

export interface KeepSuggestion {
  readonly plan: KeepPlan;
  /** Of every linear layer of the blocks, in the order of the model. */
  readonly errors: readonly OutputError[];
  /** What to give `quantizeModel`: those asked for and those of the plan, as short as they are unambiguous. */
  readonly keepLayers: readonly (number | string)[];
}

const bytesOf: Readonly<Record<FloatDType, number>> = { F32: 4, F16: 2, BF16: 2 };

/**
 * Which linear layers to leave out of a quantisation so that the model has at most so many bytes: measures what 4 bits
 * would do to the output of each ({@link measureOutputErrors}) and chooses by {@link planKeptLayers}. The errors of layers
 * are added as if they were independent and of equal weight, which is a rule of thumb and not the model's loss. Holds the
 * model in float32.
 *
 * Throws E_BUDGET when the model in 4 bits is larger or the model as it is no larger, and what `quantizeModel` throws of a model or of `keepLayers`.
 */
export async function suggestKeepLayers(options: SuggestKeepLayersOptions): Promise<KeepSuggestion> {
  const { model, budgetBytes, keepLayers = [], dtype } = options;
  const kept = bytesWhenKept(model, dtype);
  const base = readBase(model, { kind: "classification", labels: 2 });
  const linears = blockLinears(base.family, kept);
  const forced = resolveKeepLayers(linears, keepLayers);
  const errors = await measureOutputErrors({ ...options, base });
  const tensorOf = new Map(linears.map(({ path, tensor }) => [path, tensor]));
  const bytesOfPath = (path: string): number => kept.get(tensorOf.get(path)!)!.bytes;
  const candidates: KeepCandidate[] = errors
    .filter(({ path }) => !forced.has(path))
    .map(({ path, relativeError, bytes4bit }) => ({
      path,
      relativeError,
      bytes4bit,
      bytesKept: bytesOfPath(path),
    }));
  const all = [...kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const otherBytes = candidates.reduce((sum, { bytesKept }) => sum - bytesKept, all);
  const plan = planKeptLayers(candidates, otherBytes, budgetBytes);
  if (plan.kept.length === candidates.length) {
    throw new InputError(
      "E_BUDGET",
      `budget must be below the ${plan.bytes} bytes of the model as it is, got ${budgetBytes}`,
    );
  }
  const chosen = new Set([...forced, ...plan.kept.map(({ path }) => path)]);
  return { plan, errors, keepLayers: shortNames(errors, chosen) };
}

/** Sizes of a float checkpoint's tensors as they are written when they are left as they are. */
function bytesWhenKept(
  model: string,
  dtype: FloatDType | undefined,
): Map<string, { readonly shape: readonly number[]; readonly bytes: number }> {
  const isGguf = /\.gguf$/i.test(model);
  const weights = openModelWeights(model);
  try {
    assertFloat(model, readModelConfig(model).config, weights.tensors);
    return new Map(
      [...weights.tensors].map(([name, { dtype: own, shape, byteLength }]) => {
        const changes = isGguf || (dtype !== undefined && Object.hasOwn(bytesOf, own));
        const size = sizeOf(shape);
        return [name, { shape, bytes: changes ? size * bytesOf[dtype ?? "BF16"] : byteLength }];
      }),
    );
  } finally {
    weights.close();
  }
}

/** A block's number where all of it is kept, else `<block>.<path inside it>`. */
function shortNames(layers: readonly OutputError[], kept: ReadonlySet<string>): (number | string)[] {
  const blocks = [...new Set(layers.map(({ layer }) => layer))];
  return blocks.flatMap((block): (number | string)[] => {
    const own = layers.filter(({ layer }) => layer === block);
    const stay = own.filter(({ path }) => kept.has(path));
    return stay.length === own.length ? [block] : stay.map(({ kind }) => `${block}.${kind}`);
  });
}
