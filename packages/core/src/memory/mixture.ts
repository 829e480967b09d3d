import { formatDecimalBytes } from "../format.ts";
import { type ExpertAdapters, expertStacks } from "../model/expert-adapters.ts";
import {
  adapterRank,
  type LinearShape,
  type ModelLinear,
  sumOf,
  weightElements,
} from "../model/linear-shapes.ts";
import type { ModelShape } from "../model/shape.ts";
import { type BaseFormat, bytesPerElement, expertsLeftOut, unquantizedDtype } from "./base-bytes.ts";
import type { StackSettings } from "./stack.ts";

/** Targets that PEFT adapts by adding B·A to their weight. */
export function foldedTargets(targets: readonly LinearShape[]): ModelLinear[] {
  return targets.filter((target): target is ModelLinear => "folded" in target && target.folded === true);
}

interface Folding {
  readonly shape: ModelShape;
  readonly targets: readonly LinearShape[];
  readonly base: BaseFormat;
  readonly rank: number;
  readonly settings: Pick<StackSettings, "adapterDtype">;
}

/**
 * Bytes in a block, whatever the batch, for adapters on parameters. `saved`: each parameter plus B·A, in the
 * parameter's dtype, with A and B in that dtype. `scratch`: the gradient of such a sum, beyond those freed before.
 * Down runs backward first, and its sum is freed before gate and up have a gradient. Source: peft 0.21,
 * `ParamWrapper._activate_lora` and `_LoraFactorsProxy`; transformers 5.24, `grouped_mm_experts_forward`
 */
export function foldedBytes({ shape, targets, base, rank, settings }: Folding): {
  readonly saved: number;
  readonly scratch: number;
} {
  const dtype = unquantizedDtype(base);
  const bytes = bytesPerElement(dtype);
  const each = foldedTargets(targets).map((target) => ({
    name: target.name,
    weight: (bytes * weightElements(target)) / shape.layers,
    factors: adapterElements(target, rank) / shape.layers,
  }));
  const weights = sumOf(each.map(({ weight }) => weight));
  const factors = settings.adapterDtype === dtype ? 0 : bytes * sumOf(each.map((one) => one.factors));
  const down = Math.max(
    0,
    ...each.filter(({ name }) => name.endsWith("down_proj")).map(({ weight }) => weight),
  );
  const largest = Math.max(0, ...each.map(({ weight }) => weight));
  return { saved: weights + factors, scratch: Math.max(down, 2 * largest - weights) };
}

function adapterElements(target: LinearShape, rank: number): number {
  return target.count * adapterRank(target, rank) * (target.inDim + target.outDim);
}

/** Sentences on a mixture's base: whose rules hold, and what few-bit formats leave out. */
export function expertAssumptions({
  shape,
  base,
  experts,
  targets = [],
}: {
  readonly shape: ModelShape;
  readonly base: BaseFormat;
  readonly experts: ExpertAdapters;
  readonly targets?: readonly LinearShape[];
}): string[] {
  if (shape.experts.length === 0) return [];
  const leftOut = expertsLeftOut(shape, base, experts);
  return [
    `Experts are stored ${isShared(targets) ? "" : "and adapted "}as in ${expertStacks[experts]}.`,
    ...(leftOut === undefined
      ? []
      : [
          `The experts stay in ${leftOut.dtype} and take ${formatDecimalBytes(leftOut.bytes)}: bitsandbytes quantises linear layers, and these are parameters.`,
        ]),
  ];
}

/** True if experts share the rank. */
function isShared(targets: readonly LinearShape[]): boolean {
  return targets.some(({ rankFactor = 1 }) => rankFactor < 1);
}

/** Sentences on adapters that are added to parameters. */
export function foldedAssumptions(
  adapters: Folding & { readonly settings: Pick<StackSettings, "adapterDtype" | "dropout" | "variant"> },
): string[] {
  if (isShared(adapters.targets))
    return [`Each expert has its own adapters, as in ${expertStacks["by-active-experts"]}.`];
  const folded = foldedTargets(adapters.targets).filter(({ role }) => role === "block");
  if (folded.length === 0) return [];
  const { saved } = foldedBytes(adapters);
  const { dropout, variant } = adapters.settings;
  const together = folded.some(({ rankFactor }) => rankFactor === 2)
    ? ", gate and up as one matrix at twice the rank"
    : "";
  return [
    `PEFT adds adapters to the experts' weights${together}. A block with saved activations has ${formatDecimalBytes(saved)} of these sums.`,
    ...(dropout > 0 || variant !== "lora"
      ? ["PEFT refuses dropout, and variants of LoRA, on stacked experts: set the dropout of adapters to 0."]
      : []),
  ];
}
