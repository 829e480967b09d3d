import type { ModelShape } from "../model/shape.ts";
import { selectTargets } from "../model/targets.ts";
import { isBefore } from "./activations.ts";
import { baseFormat } from "./base-bytes.ts";
import type { OptimizerName } from "./optimizer-bytes.ts";
import type { StackSettings } from "./stack.ts";
import { leastOf, type TrainingOptions } from "./training.ts";

export interface Changed {
  readonly options: TrainingOptions;
  readonly set: Readonly<Record<string, string>>;
}

export interface Change {
  /** Name of the change, as a heading: `gradient checkpointing`. */
  readonly name: string;
  /** Price of the change (time, precision), in words. */
  readonly price: string;
  /** Applies the change; null where it is set already, or cannot be. */
  readonly apply: (options: TrainingOptions, settings: StackSettings) => Changed | null;
}

function isAdamw(optimizer: OptimizerName): boolean {
  return optimizer === "adamw" || optimizer === "adamw-fused";
}

/** Memory-saving changes, cheapest first. */
export const changes: readonly Change[] = [
  {
    name: "bitsandbytes 0.43.2 or later",
    price: "nothing: older ones keep the inputs of 4-bit layers",
    apply: (options, { bnbVersion }) =>
      isBefore(bnbVersion, "0.43.2") ? withSetting(options, "bnbVersion", "0.43.2") : null,
  },
  {
    name: "flash attention",
    price: "same result, a kernel of its own",
    apply: (options, { attention }) =>
      attention === "flash" ? null : withSetting(options, "attention", "flash"),
  },
  {
    name: "chunked loss",
    price: "same result",
    apply: (options, { loss }) => (loss === "full" ? withSetting(options, "loss", "chunked") : null),
  },
  {
    name: "fused loss",
    price: "same result, a kernel of its own",
    apply: (options, { loss }) => (loss === "fused" ? null : withSetting(options, "loss", "fused")),
  },
  {
    name: "reference from the model with its adapters off",
    price: "nothing where the reference is the base model",
    apply: (options) =>
      options.rank !== null && options.objective?.reference === "model"
        ? withObjective(options, "reference", "adapters-off")
        : null,
  },
  {
    name: "vLLM asleep while the model trains",
    price: "time: its weights are loaded anew",
    apply: (options) =>
      options.objective?.generator === "vllm" ? withObjective(options, "generator", "vllm-asleep") : null,
  },
  {
    name: "no preparation for k-bit training",
    price: "norms, head and activations in 16 bits",
    apply: (options, { kbitPrepare }) => (kbitPrepare ? withSetting(options, "kbitPrepare", false) : null),
  },
  {
    name: "fused AdamW",
    price: "nothing: it steps in a single kernel",
    apply: (options, { optimizer }) =>
      optimizer === "adamw" ? withSetting(options, "optimizer", "adamw-fused") : null,
  },
  {
    name: "8-bit AdamW",
    price: "optimiser states in 8 bits",
    apply: (options, { optimizer }) =>
      isAdamw(optimizer) ? withSetting(options, "optimizer", "adamw-8bit") : null,
  },
  {
    name: "paged 8-bit AdamW",
    price: "optimiser states in 8 bits, paged to the host",
    apply: (options, { optimizer }) =>
      isAdamw(optimizer) || optimizer === "adamw-8bit"
        ? withSetting(options, "optimizer", "paged-adamw-8bit")
        : null,
  },
  {
    name: "adapter in bf16",
    price: "small updates are rounded",
    apply: (options, { adapterDtype }) =>
      adapterDtype === "fp32" ? withSetting(options, "adapterDtype", "bf16") : null,
  },
  {
    name: "no adapter dropout",
    price: "less regularisation",
    apply: (options, { dropout }) => (dropout > 0 ? withSetting(options, "dropout", 0) : null),
  },
  {
    name: "gradient checkpointing",
    price: "time: blocks computed twice",
    apply: (options, { checkpointing }) =>
      checkpointing === "off" ? withSetting(options, "checkpointing", "on") : null,
  },
  {
    name: "checkpointing, inputs on the host",
    price: "time: blocks computed twice, inputs copied",
    apply: (options, { checkpointing }) =>
      checkpointing === "offload" ? null : withSetting(options, "checkpointing", "offload"),
  },
  {
    name: "optimiser steps in the backward pass",
    price: "no accumulation, no clipping of gradients",
    apply: (options, { optimizerInBackward, accumulation }) =>
      options.rank === null &&
      !optimizerInBackward &&
      !accumulation &&
      options.profile.name.startsWith("torchtune")
        ? withSetting(options, "optimizerInBackward", true)
        : null,
  },
  {
    name: "weights shared among the cards",
    price: "time: FSDP gathers weights, block by block",
    apply: shareWeights,
  },
  {
    name: "half the micro-batch",
    price: "time: the same batch in twice the passes",
    apply: (options) => half(options, "microBatch"),
  },
  {
    name: "base in nf4-dq",
    price: "the base rounded to 4 bits",
    apply: (options) =>
      options.rank === null ||
      options.base.dtype === "gptq" ||
      (options.base.dtype === "nf4" && options.base.doubleQuant)
        ? null
        : { options: { ...options, base: baseFormat("nf4-dq") }, set: { base: "nf4-dq" } },
  },
  {
    name: "half the length",
    price: "longer texts are cut",
    apply: (options) => half(options, "seq"),
  },
  {
    name: "adapters on q and v only",
    price: "fewer layers learn",
    apply: onlyQueryValue,
  },
  {
    name: "half the rank",
    price: "a smaller adapter",
    apply: (options) => half(options, "rank"),
  },
];

/** Change to FSDP on several cards. ZeRO-3 shares weights too, but gathers more at once. */
function shareWeights(options: TrainingOptions): Changed | null {
  const { cards, base } = options;
  if (cards === undefined || cards.strategy === "fsdp" || base.dtype === "int8" || base.dtype === "gptq")
    return null;
  return { options: { ...options, cards: { ...cards, strategy: "fsdp" } }, set: { strategy: "fsdp" } };
}

function withSetting<Name extends keyof StackSettings>(
  options: TrainingOptions,
  name: Name,
  value: StackSettings[Name],
): Changed {
  return {
    options: { ...options, settings: { ...options.settings, [name]: value } },
    set: { [name]: String(value) },
  };
}

function withObjective(
  options: TrainingOptions,
  name: "reference" | "generator",
  value: "adapters-off" | "vllm-asleep",
): Changed {
  const objective = { name: "sft", ...options.objective, [name]: value } as const;
  return { options: { ...options, objective }, set: { [name]: value } };
}

function half(options: TrainingOptions, name: "microBatch" | "seq" | "rank"): Changed | null {
  const value = Math.floor((options[name] ?? 0) / 2);
  const least = leastOf(name, options);
  return value < least ? null : { options: { ...options, [name]: value }, set: { [name]: String(value) } };
}

const queryValueNames = [
  ["q_proj", "v_proj"],
  ["query", "value"],
  ["q_lin", "v_lin"],
];

function onlyQueryValue(options: TrainingOptions): Changed | null {
  const names = queryValueNames.find((pair) => pair.every((name) => hasLinear(options.shape, name)));
  if (names === undefined) return null;
  const targets = selectTargets(options.shape, names, options.profile.traits);
  if (options.targets.length <= targets.length) return null;
  return { options: { ...options, targets }, set: { targets: names.join(",") } };
}

function hasLinear({ linears }: ModelShape, name: string): boolean {
  return linears.some((linear) => linear.name === name);
}
