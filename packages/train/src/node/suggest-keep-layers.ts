import type { FloatTensorDType } from "@lorank/checkpoint";
import { openModelWeights, readModelConfig } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import { type Runtime, sizeOf } from "@lorank/graph";
import { blockLinears } from "../base/block-linears.ts";
import type { Format4bitOptions } from "../base/quantize-linear.ts";
import { familyOf } from "../families/families.ts";
import type { Family, Head } from "../families/family.ts";
import { assertFloat } from "../quantize/assert-float.ts";
import { causalHead } from "../quantize/causal-head.ts";
import { type KeepCandidate, type KeepPlan, planKeptLayers } from "../quantize/keep-plan.ts";
import { measureOutputShares, type OutputShare } from "../quantize/output-shares.ts";
import { resolveSkipModules } from "../quantize/skip-modules.ts";
import { readBase } from "./read-base.ts";

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
  readonly dtype?: FloatTensorDType;
  readonly onBlock?: (done: number, total: number) => void;
}

export interface KeepSuggestion {
  readonly plan: KeepPlan;
  /** What the shares are parts of. */
  readonly measure: "next-token" | "hidden-states";
  /** Share of every linear layer of the blocks, in the order of the model. */
  readonly shares: readonly OutputShare[];
  /** What to give `quantizeModel`: those asked for and those of the plan, as short as they are unambiguous. */
  readonly keepLayers: readonly (number | string)[];
}

const bytesOf: Readonly<Record<FloatTensorDType, number>> = { F32: 4, F16: 2, BF16: 2 };

/**
 * Which linear layers to leave out of a quantisation so that the model has at most `budgetBytes`. Measures each layer's
 * part of what 4 bits do to the model's output, and keeps first what changes it most per byte.
 * The output is the next token's probabilities, or the last block's states in a model without a head over the
 * vocabulary. It is an estimate on these texts, and no measurement of a task.
 *
 * Throws E_BUDGET when the model in 4 bits is larger than the budget, or the model as it is no larger. Throws what
 * `quantizeModel` throws for a model or for `keepLayers`.
 */
export async function suggestKeepLayers(options: SuggestKeepLayersOptions): Promise<KeepSuggestion> {
  const { model, budgetBytes, keepLayers = [], dtype } = options;
  const kept = bytesWhenKept(model, dtype);
  const family = familyOf(readModelConfig(model).config);
  const linears = blockLinears(family, kept);
  const forced = resolveSkipModules(linears, keepLayers);
  const all = [...kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const head = outputHead(family, kept);
  const shares = await measureOutputShares({ ...options, base: readBase(model, head) });
  const tensorOf = new Map(linears.map(({ path, tensor }) => [path, tensor]));
  const candidates: KeepCandidate[] = shares
    .filter(({ path }) => !forced.has(path))
    .map(({ path, share, bytes4bit }) => ({
      path,
      share,
      bytes4bit,
      bytesKept: kept.get(tensorOf.get(path)!)!.bytes,
    }));
  const otherBytes = candidates.reduce((sum, { bytesKept }) => sum - bytesKept, all);
  const in4bit = candidates.reduce((sum, { bytes4bit }) => sum + bytes4bit, otherBytes);
  // A model of only a few numbers is larger in 4 bits than as it is.
  if (budgetBytes >= all && in4bit <= all) {
    throw new InputError(
      "E_BUDGET",
      `budget must be below the ${all} bytes of the model as it is, got ${budgetBytes}`,
    );
  }
  const plan = planKeptLayers(candidates, otherBytes, budgetBytes);
  const chosen = new Set([...forced, ...plan.kept.map(({ path }) => path)]);
  return {
    plan,
    measure: head.kind === "causal-lm" ? "next-token" : "hidden-states",
    shares,
    keepLayers: shortNames(shares, chosen),
  };
}

/** The head over the vocabulary where the checkpoint has it; else one that is not looked at and need not be there. */
function outputHead(family: Family, tensors: ReadonlyMap<string, unknown>): Head {
  const names = causalHead(family)?.linears.map(({ path, weightName = `${path}.weight` }) => weightName);
  const has = (name: string): boolean =>
    tensors.has(name) ||
    (name.startsWith(family.basePrefix) && tensors.has(name.slice(family.basePrefix.length)));
  return names?.every(has) ? { kind: "causal-lm" } : { kind: "classification", labels: 2 };
}

/** Sizes of a float checkpoint's tensors as they are written when they are left as they are. */
function bytesWhenKept(
  model: string,
  dtype: FloatTensorDType | undefined,
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
function shortNames(layers: readonly OutputShare[], kept: ReadonlySet<string>): (number | string)[] {
  const blocks = [...new Set(layers.map(({ layer }) => layer))];
  return blocks.flatMap((block): (number | string)[] => {
    const own = layers.filter(({ layer }) => layer === block);
    const stay = own.filter(({ path }) => kept.has(path));
    return stay.length === own.length ? [block] : stay.map(({ kind }) => `${block}.${kind}`);
  });
}
