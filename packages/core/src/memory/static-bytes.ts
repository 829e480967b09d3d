import type { ExpertAdapters } from "../model/expert-adapters.ts";
import { adapterRank, type LinearShape, type ModelLinear, sumOf } from "../model/linear-shapes.ts";
import { assertRank } from "../model/lora.ts";
import { headTensors } from "../model/parts.ts";
import type { ModelShape } from "../model/shape.ts";
import { readsImages } from "../model/vision-tower.ts";
import { assertOptions, type OptionNames } from "../options.ts";
import { type BaseFormat, baseBytes, type FloatDtype, unquantizedDtype } from "./base-bytes.ts";
import { expertAssumptions } from "./mixture.ts";
import {
  type OptimizerKind,
  optimizerStateBytes,
  type TrainedTensor,
  tensorBytes,
} from "./optimizer-bytes.ts";
import type { AdapterVariant } from "./stack.ts";
import { type TrainedModule, trainedModuleTensors } from "./trained-modules.ts";

export interface StaticBytesOptions {
  readonly shape: ModelShape;
  readonly targets: readonly LinearShape[];
  readonly rank: number;
  readonly base: BaseFormat;
  readonly variant?: AdapterVariant;
  /** Dtype for A, B and their gradients (default `fp32`, as in PEFT on any base). */
  readonly adapterDtype?: FloatDtype;
  /** Dtype for a trained classification head and trained modules (default: the base's unquantised dtype, as in PEFT). */
  readonly headDtype?: FloatDtype;
  /** Modules trained in full beside the adapters (default: none). */
  readonly trainedModules?: readonly TrainedModule[] | undefined;
  readonly optimizer?: OptimizerKind;
  /** Storage of a mixture's experts (default `stacked`). */
  readonly experts?: ExpertAdapters;
}

const staticNames: OptionNames<StaticBytesOptions> = {
  shape: true,
  targets: true,
  rank: true,
  base: true,
  variant: false,
  adapterDtype: false,
  headDtype: false,
  trainedModules: false,
  optimizer: false,
  experts: false,
};

/** Training memory apart from activations, in bytes. */
export interface StaticBytes {
  readonly rank: number;
  /** Parameter count in A and B on all targets, and magnitudes. */
  readonly loraParams: number;
  /** Count of trained parameters in A, B, magnitudes and head; a frozen A is left out. */
  readonly trainableParams: number;
  readonly baseBytes: number;
  /** Bytes of the adapter's tensors, in memory and in its file; the file adds a header. */
  readonly adapterBytes: number;
  readonly gradientBytes: number;
  readonly optimizerBytes: number;
  /** Base, adapter, gradients and optimiser state, summed; in estimates a reference model too. */
  readonly staticBytes: number;
  /** Parts that add up to `staticBytes`. */
  readonly parts: {
    readonly baseQuantizedWeights: number;
    readonly baseQuantizationConstants: number;
    readonly baseOtherWeights: number;
    readonly loraWeights: number;
    readonly headWeights: number;
    readonly gradients: number;
    readonly optimizerStates: number;
  };
  readonly assumptions: readonly string[];
}

/**
 * Training memory that does not depend on the batch, exact to the byte for tensors. A trained fp32 parameter under
 * AdamW takes 16 bytes: weight 4, gradient 4, moments 8. A classification head is trained in full, beside its frozen
 * original, as PEFT does for SEQ_CLS. Throws E_RANK if the rank does not fit a target. Source: PEFT's own benchmark:
 * rank 64 minus rank 32 on Llama 3.2 3B is 16 bytes a parameter exactly
 */
export function staticBytes(options: StaticBytesOptions): StaticBytes {
  assertOptions(options, "the options of staticBytes", staticNames);
  assertRank(options.rank, options.targets);
  return bytesOfAdapter(options, adapterTensors(options));
}

/** {@link staticBytes} of an adapter whose tensors are known, without checks. */
export function bytesOfAdapter(
  options: StaticBytesOptions,
  { lora, frozen: frozenLora, head }: AdapterTensors,
): StaticBytes {
  const { shape, rank, base, adapterDtype = "fp32", optimizer = { name: "adamw" } } = options;
  const { experts = "stacked" } = options;
  const otherDtype = unquantizedDtype(base);
  const headDtype = options.headDtype ?? otherDtype;
  const trainsHead = shape.head.kind === "classification";

  const frozen = baseBytes(shape, base, experts);
  const loraWeights = tensorBytes([...lora, ...frozenLora]);
  const headWeights = tensorBytes(head);
  const gradients = tensorBytes([...lora, ...head]);
  const optimizerStates = optimizerStateBytes([...lora, ...head], optimizer);
  return {
    rank,
    loraParams: paramsOf([...lora, ...frozenLora]),
    trainableParams: paramsOf([...lora, ...head]),
    baseBytes: frozen.total,
    adapterBytes: loraWeights + headWeights,
    gradientBytes: gradients,
    optimizerBytes: optimizerStates,
    staticBytes: frozen.total + loraWeights + headWeights + gradients + optimizerStates,
    parts: {
      baseQuantizedWeights: frozen.quantizedWeights,
      baseQuantizationConstants: frozen.quantizationConstants,
      baseOtherWeights: frozen.otherWeights,
      loraWeights,
      headWeights,
      gradients,
      optimizerStates,
    },
    assumptions: [
      ...assumptionsOf(base, otherDtype, adapterDtype, trainsHead ? headDtype : null, optimizer),
      ...moduleAssumptions(options, headDtype),
      ...modelAssumptions(shape),
      ...expertAssumptions({ shape, base, experts, targets: options.targets }),
    ],
  };
}

export interface AdapterTensors {
  readonly lora: readonly TrainedTensor[];
  /** Frozen tensors: every target's A under LoRA-FA, else none. */
  readonly frozen: readonly TrainedTensor[];
  /** Tensors trained in full: a classification head, and trained modules. */
  readonly head: readonly TrainedTensor[];
}

/** Inputs of layers in which BD-LoRA makes A block-diagonal (the second in a pair); elsewhere B is. */
const secondInputs: readonly string[] = ["attention output", "feed-forward output"];

/**
 * Adapter and head tensors. Source: peft 0.21, `tuners/lora/dora.py`, `optimizers/lorafa.py` and `BdLoraLinearVariant`
 */
export function adapterTensors(
  options: Pick<
    StaticBytesOptions,
    "shape" | "targets" | "rank" | "base" | "variant" | "adapterDtype" | "headDtype" | "trainedModules"
  >,
): AdapterTensors {
  const { shape, targets, rank, base, variant = "lora", adapterDtype: dtype = "fp32" } = options;
  const headDtype = options.headDtype ?? unquantizedDtype(base);
  const trainsHead = shape.head.kind === "classification";
  const pairs = targets.map((target) => {
    const { inDim, outDim } = target;
    const together = expertsTogether(target);
    const count = target.count / together;
    const rows = together * adapterRank(target, rank);
    const isSecond = "reads" in target && secondInputs.includes(String(target.reads));
    const [halfA, halfB] = variant !== "bd-lora" ? [1, 1] : isSecond ? [2, 1] : [1, 2];
    return {
      loraA: { elements: (rows * inDim) / halfA, rows, count, dtype },
      loraB: { elements: (rows * outDim) / halfB, rows: outDim, count, dtype },
      magnitude: { elements: outDim, count, dtype },
    };
  });
  const loraA = pairs.map((pair) => pair.loraA);
  return {
    lora: [
      ...(variant === "lora-fa" ? [] : loraA),
      ...pairs.map((pair) => pair.loraB),
      ...(variant === "dora" ? pairs.map(({ magnitude }) => magnitude) : []),
    ],
    frozen: variant === "lora-fa" ? loraA : [],
    head: [
      ...(trainsHead ? headTensors(shape) : []).map((sizes) => ({
        elements: sizes.reduce((product, size) => product * size, 1),
        ...(sizes.length > 1 ? { rows: sizes[0]! } : {}),
        count: 1,
        dtype: headDtype,
      })),
      ...trainedModuleTensors(shape, options.trainedModules ?? [], headDtype),
    ],
  };
}

/** Number of experts whose adapters share a tensor. Source: peft 0.21, `ParamWrapper.update_layer` */
function expertsTogether(target: LinearShape): number {
  const { folded, perLayer = 1 }: Partial<ModelLinear> = target;
  return folded === true ? perLayer : 1;
}

function paramsOf(tensors: readonly TrainedTensor[]): number {
  return sumOf(tensors.map(({ elements, count }) => elements * count));
}

function assumptionsOf(
  base: BaseFormat,
  otherDtype: FloatDtype,
  adapterDtype: FloatDtype,
  headDtype: FloatDtype | null,
  optimizer: OptimizerKind,
): string[] {
  const assumptions = [
    "Static memory only: activations, logits, temporary buffers, the allocator's rounding and the device's context are not included.",
    base.dtype === otherDtype
      ? `All base weights are held in ${otherDtype}.`
      : `The linear layers of the blocks are held in ${formatName(base)}; embeddings, head, pooler, biases and norms in ${otherDtype}.`,
    `Adapter weights and their gradients are held in ${adapterDtype}; gradients are counted as they stand at the optimiser's step.`,
    "Adapter bytes are those of its tensors; the adapter file adds its header.",
    `Optimiser state: ${optimizerText(optimizer)}. Step counters are not included.`,
  ];
  if (headDtype !== null) {
    assumptions.push(
      `The classification head is trained in ${headDtype}, and its frozen original stays in memory, as in PEFT.`,
    );
  }
  return assumptions;
}

function moduleAssumptions(
  { shape, trainedModules: modules = [] }: StaticBytesOptions,
  dtype: FloatDtype,
): string[] {
  if (modules.length === 0) return [];
  const tied = shape.tied ? " A tied weight is copied for each, as without ensure_weight_tying." : "";
  return [
    `Trained in full, in ${dtype}: ${modules.join(" and ")}; the frozen originals stay in memory, as in PEFT.${tied}`,
  ];
}

function formatName(base: BaseFormat): string {
  return base.dtype === "nf4" && base.doubleQuant ? "nf4 with double quantisation" : base.dtype;
}

function optimizerText(optimizer: OptimizerKind): string {
  switch (optimizer.name) {
    case "adamw":
    case "adamw-fused":
      return "AdamW, two moments in the parameter's dtype";
    case "adamw-8bit":
      return "8-bit AdamW, fp32 moments for tensors below 4096 elements, the shared code tables not included";
    case "paged-adamw-8bit":
      return "paged 8-bit AdamW, as 8-bit AdamW, tensors of 100,000 elements and more in paged memory";
    case "adamw-4bit":
      return "4-bit AdamW, moments in the parameter's dtype for tensors that blocks of 128 do not fill";
    case "adafactor":
      return "Adafactor, one fp32 moment for each row and column of a matrix";
    case "lion":
      return "Lion, one moment in the parameter's dtype";
    case "sgd":
      return optimizer.momentum ? "SGD, one velocity in the parameter's dtype" : "SGD without momentum, none";
  }
}

export function modelAssumptions(shape: ModelShape): string[] {
  const assumptions = shape.unmodelled.map(({ sentence }) => sentence);
  if (shape.covers === "text") {
    const cure = readsImages(shape.modelType)
      ? " With image tokens (setting imageTokens) images are counted."
      : "";
    assumptions.push(`Only the language model is counted, not the parts that read images or sound.${cure}`);
  }
  if (shape.block.lacksSdpa)
    assumptions.push("For this model's attention transformers has no sdpa: it is eager unless it is flash.");
  return assumptions;
}
