import { formatDecimalBytes } from "../format.ts";
import type { LinearShape, ModelLinear } from "../model/linear-shapes.ts";
import type { ModelShape, NotCounted } from "../model/shape.ts";
import { unquantizedExperts } from "./static-bytes.ts";
import { type TrainingOptions, trainingEstimate } from "./training.ts";

export function notCountedIn(options: TrainingOptions): NotCounted[] {
  const { notCounted = [], rank } = options;
  const all = [...notCounted, ...ofModel(options.shape), ...ofBase(options), ...ofTargets(options)];
  return rank === null ? all.filter(({ adapterOnly = false }) => !adapterOnly) : all;
}

/** Memory bounds that hold despite omissions: lo becomes 0 if training may need less, hi Infinity if more. */
export function provenBounds(
  [lo, hi]: readonly [lo: number, hi: number],
  notCounted: readonly NotCounted[],
): readonly [lo: number, hi: number] {
  const directions = new Set(notCounted.map(({ direction }) => direction));
  const isOpen = directions.has("either");
  return [isOpen || directions.has("less") ? 0 : lo, isOpen || directions.has("more") ? Infinity : hi];
}

export function provenBytes(options: TrainingOptions): readonly [lo: number, hi: number] {
  return provenBounds(trainingEstimate(options).deviceBytes, notCountedIn(options));
}

function ofModel({ covers, unmodelled }: ModelShape): NotCounted[] {
  const parts = unmodelled.map(({ what, direction }) => ({ what, direction }));
  return covers === "text"
    ? [{ what: "parts that read images or sound", direction: "more" }, ...parts]
    : parts;
}

/** bitsandbytes does not quantise experts stacked in a single parameter. */
function ofBase({ shape, base, profile }: TrainingOptions): NotCounted[] {
  if (base.dtype !== "nf4" && base.dtype !== "int8") return [];
  if (!shape.experts.some((expert) => isStackedUnder(expert, profile))) return [];
  const { dtype, bytes } = unquantizedExperts(shape, base);
  const size = formatDecimalBytes(bytes);
  return [{ what: `experts that bitsandbytes leaves in ${dtype} (${size})`, direction: "more" }];
}

/**
 * Under "all-linear" PEFT adapts experts stored as separate layers, even where transformers 5 stacks them. Stacked
 * experts hold all products B · A in memory; gate and up are a single matrix with twice the rank. Source: peft 0.21,
 * `_resolve_string_target_modules`, `_convert_peft_config_moe` and `ParamWrapper`
 */
function ofTargets({ shape, targets, profile }: TrainingOptions): NotCounted[] {
  const { linears, experts, modelType } = shape;
  // "all-linear" is recognised by identity: `selectTargets` returns the list itself for it.
  const adapts = profile.traits.expertsInTurn || modelType !== "qwen2_moe"; // PEFT 0.21.2 with transformers 5.24
  if (targets === linears && adapts && experts.some((expert) => !isStacked(expert)))
    return [{ what: "adapters on the experts", direction: "more", from: "all-linear", adapterOnly: true }];
  const named = experts.filter(({ path }) => targets.some((target) => pathOf(target) === path));
  return named.some((expert) => isStackedUnder(expert, profile))
    ? [{ what: "what adapters on stacked experts need while they run", direction: "more", adapterOnly: true }]
    : [];
}

function pathOf(target: LinearShape): unknown {
  return "path" in target ? target.path : undefined;
}

function isStacked({ path }: ModelLinear): boolean {
  return !/\.experts\.\*\./.test(path);
}

/** transformers 5 stacks experts in memory whatever the checkpoint has. */
function isStackedUnder(expert: ModelLinear, { traits }: TrainingOptions["profile"]): boolean {
  return isStacked(expert) || !traits.expertsInTurn;
}
