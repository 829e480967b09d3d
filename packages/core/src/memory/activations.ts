import { type LinearInput, type LinearShape, type ModelLinear, sumOf } from "../model/linear-shapes.ts";
import type { ModelShape } from "../model/shape.ts";
import { type BaseFormat, bytesPerElement } from "./base-bytes.ts";
import { fusedInputs, kernelInputBytes } from "./lora-kernels.ts";
import { isMasked, keyValueRepeats, savesScores, scoreBytes } from "./scores.ts";
import type { StackSettings, StackTraits } from "./stack.ts";

/** Activations that a block saves for its backward pass, in bytes a token. */
export interface BlockActivations {
  readonly norms: number;
  readonly attention: number;
  readonly feedForward: number;
  readonly adapterInputs: number;
  readonly linearInputs: number;
  readonly stackCopies: number;
}

export interface ActivationContext {
  readonly shape: ModelShape;
  readonly targets: readonly LinearShape[];
  readonly base: BaseFormat;
  readonly settings: StackSettings;
  readonly traits: StackTraits;
  /**
   * Bytes per element of the residual stream (hidden states between blocks): fp32 after
   * `prepare_model_for_kbit_training`.
   */
  readonly residualBytes: 2 | 4;
  readonly activationBytes: 2 | 4;
  /** Bytes per element of q, k, v and attention's result. */
  readonly attentionBytes: 2 | 4;
  /** Bytes per element of the output head's input: the weight dtype before preparation. */
  readonly computeBytes: 2 | 4;
  /** Sequence length in tokens, which counts if attention keeps its scores (eager). */
  readonly seq: number;
}

/**
 * Bytes that a block saves per token. A frozen linear layer saves nothing, a norm its input, attention q, k, v and its
 * result, a gated feed-forward layer gate, act(gate) and up. Source: counted with torch's saved-tensor hooks, frozen
 * base: 28.1 hidden-bytes at inner width 2 · hidden
 */
export function blockActivations(context: ActivationContext): BlockActivations {
  const { shape, attentionBytes: bytes, seq } = context;
  const { block } = shape;
  const repeats = keyValueRepeats(context);
  const key = block.keyDim * repeats;
  const value = block.valueDim * repeats;
  const out = (block.valueDim / shape.kvHeads) * shape.heads;
  // A kernel keeps result and log-sum-exp, and of dropout a seed.
  const results = savesScores(context)
    ? scoreBytes(context).saved * shape.heads * seq
    : bytes * out + 4 * shape.heads;
  return {
    norms: normBytes(context) + droppedBytes(context),
    attention: bytes * (block.queryDim + key + value) + results + (isMasked(context) ? bytes * seq : 0),
    feedForward: feedForwardBytes(context),
    adapterInputs: adapterInputBytes(context) + magnitudeInputBytes(context),
    linearInputs: quantizedInputs(context, out),
    stackCopies: stackCopies(context),
  };
}

/** Masks of dropped results, a byte an element. Source: torch 2.15, `cuda/Dropout.cu` (`native_dropout`) */
function droppedBytes({ shape: { block, hiddenSize }, traits }: ActivationContext): number {
  return traits.modelDropout ? (block.dropout?.results ?? 0) * hiddenSize : 0;
}

function normBytes({
  shape: { block, hiddenSize },
  settings,
  traits,
  residualBytes,
  activationBytes,
}: ActivationContext): number {
  const latents = (block.latents?.queryDim ?? 0) + (block.latents?.keyValueDim ?? 0);
  const inside = traits.rmsNormBytes * (latents + (block.queryKeyNorm ? block.queryDim + block.keyDim : 0));
  if (block.norm === "layernorm") return residualBytes * hiddenSize * block.normInputs + inside;
  // An fp32 residual serves as fp32 copy too, shared by norms that read the same tensor.
  const copies = residualBytes === 4 ? block.normInputs : block.norms;
  const perElement = Math.max(traits.rmsNormBytes, activationBytes, residualBytes);
  // Checkpointing already saves the block's input, which a norm shares if it needs no fp32 copy.
  const isShared = settings.checkpointing !== "off" && perElement === residualBytes;
  return perElement * hiddenSize * (copies - (isShared ? 1 : 0)) + inside;
}

/** Kernels of LoRA layers save gate and up alone, and compute act(gate) again. */
function gatedBytes(context: ActivationContext): number {
  const { gatedBytes: bytes } = context.traits;
  return fusedInputs(context).has("feed-forward") ? Math.min(4, bytes) : bytes;
}

function feedForwardBytes(context: ActivationContext): number {
  const { shape, settings, traits, activationBytes: bytes } = context;
  const { gated, width, experts, activationTensors } = shape.block.feedForward;
  const isFused = settings.compile || traits.fusesActivations;
  const plain = traits.fusesActivations ? 1 : (activationTensors ?? 1);
  const ofGate = isFused ? undefined : activationTensors;
  const tensors = gated ? (ofGate ?? gatedBytes(context) / 2) : plain;
  const inner = tensors * bytes * width;
  if (experts === undefined) return inner;
  // Separate experts keep the gathered inputs too, by Mixtral's rows of fms-acceleration.
  const copies = traits.experts === "separate" ? 2 : 1;
  return inner + copies * expertResultBytes(shape.hiddenSize, experts, bytes);
}

/** Experts' results, saved for the gradient of the router's weights; frozen stacked experts save no input. */
export function expertResultBytes(
  hiddenSize: number,
  { perToken }: { readonly perToken: number },
  bytes: number,
): number {
  return bytes * hiddenSize * perToken;
}

/**
 * Adapter inputs saved in a block, in bytes a token; `inputs` restricts them to layers that read any of these. An input
 * already in the adapter's dtype is shared. Dropout makes a copy per adapter, with a one-byte mask. A parameter with
 * the adapter added to it saves the input of its own product.
 */
export function adapterInputBytes(context: ActivationContext, inputs?: readonly LinearInput[]): number {
  const { shape, targets, settings, traits } = context;
  const perElement = adapterElementBytes(context);
  const fused = fusedInputs(context);
  const seen = new Set<string>();
  let total = 0;
  for (const target of targets) {
    const linear = modelLinear(target);
    if (linear === undefined || !(linear.role === "block" || linear.role === "router")) continue;
    const { reads } = linear;
    if (inputs !== undefined && !inputs.includes(reads)) continue;
    if (linear.folded) {
      total += context.activationBytes * linear.inDim * visitsPerToken(linear, shape);
      continue;
    }
    const isSaved = reads === "attention output" && !savesScores(context);
    if (fused.has(reads)) {
      if (!seen.has(reads)) total += fusedInputBytes(context, linear, isSaved);
      seen.add(reads);
      continue;
    }
    const ownCopy = settings.dropout > 0 || castsInput(context, reads);
    const shared = reads !== "own" && (!ownCopy || (traits.sharesQkvAdapter && reads === "attention"));
    if (shared && (seen.has(reads) || (isSaved && !ownCopy))) continue;
    seen.add(reads);
    total += perElement * linear.inDim * visitsPerToken(linear, shape);
  }
  return total;
}

/** Bytes a token that a kernel saves of the input of `linear` and of all layers that read the same. */
function fusedInputBytes(
  context: ActivationContext,
  { reads, inDim }: ModelLinear,
  isSaved: boolean,
): number {
  const layers = context.targets.filter((target) => modelLinear(target)?.reads === reads).length;
  // A feed-forward kernel computes the last projection's input again.
  const isInner = reads === "feed-forward output";
  return inDim * kernelInputBytes(context, { isSaved: isSaved || isInner, isInner, layers });
}

/** Bytes saved per adapter input element; a frozen A needs none. */
export function adapterElementBytes(context: ActivationContext): number {
  const { variant, dropout } = context.settings;
  return (variant === "lora-fa" ? 0 : adapterBytes(context)) + (dropout > 0 ? 1 : 0);
}

/**
 * Bytes a token for DoRA's magnitudes: results of each adapted layer and of its A and B. Under dropout the first is
 * recomputed in the adapter's dtype. Source: peft 0.21, `DoraLinearLayer.forward`
 */
function magnitudeInputBytes(context: ActivationContext): number {
  const { shape, targets, settings, activationBytes } = context;
  if (settings.variant !== "dora") return 0;
  const adapter = adapterBytes(context);
  const perElement = adapter + (settings.dropout > 0 ? adapter : activationBytes);
  const fused = fusedInputs(context);
  const reading = targets
    .flatMap((target) => modelLinear(target) ?? [])
    .filter(({ role }) => role === "block");
  return sumOf(
    reading.map(
      (linear) =>
        // A kernel saves the sum of both results.
        (fused.has(linear.reads) ? activationBytes : perElement) *
        linear.outDim *
        visitsPerToken(linear, shape),
    ),
  );
}

export function adapterBytes({ settings, traits }: ActivationContext): number {
  return traits.autocast ? 2 : bytesPerElement(settings.adapterDtype);
}

/**
 * True if each adapter copies its input: PEFT casts it to the weights' dtype, and autocast casts what is fp32, once a
 * layer. Source: peft 0.21, `_cast_input_dtype`
 */
export function castsInput(context: ActivationContext, reads: LinearInput): boolean {
  const bytes = inputBytes(context, reads);
  return bytesPerElement(context.settings.adapterDtype) !== bytes || adapterBytes(context) !== bytes;
}

function inputBytes({ attentionBytes, activationBytes }: ActivationContext, reads: LinearInput): 2 | 4 {
  return reads === "attention output" ? attentionBytes : activationBytes;
}

/** Times a token passes this layer, a mean over blocks; below 1 if some lack it. */
function visitsPerToken({ count }: LinearShape, { layers, block }: ModelShape): number {
  const { experts } = block.feedForward;
  const perBlock = count / layers;
  return experts && perBlock > 1 ? (perBlock * experts.perToken) / experts.count : perBlock;
}

function quantizedInputs(
  { shape, base, settings, traits, activationBytes }: ActivationContext,
  out: number,
): number {
  if (base.dtype !== "nf4" || !isBefore(settings.bnbVersion, "0.43.2")) return 0;
  const { block, hiddenSize } = shape;
  const elements =
    hiddenSize * block.normInputs + block.feedForward.width + (traits.keepsAttentionOutput ? out : 0);
  return activationBytes * elements;
}

function stackCopies({ shape, targets, traits }: ActivationContext): number {
  const { block } = shape;
  const repeats = shape.heads !== shape.kvHeads;
  const raw = repeats ? 0 : traits.rawQkvBytes * block.queryDim;
  const reading = targets
    .flatMap((target) => modelLinear(target) ?? [])
    .filter(({ role }) => role === "block");
  const onlyQueryValue =
    !block.fusedQkv && reading.length === 2 && reading.every(({ reads }) => reads === "attention");
  return (
    raw + (onlyQueryValue ? traits.queryValueAdapterBytes * sumOf(reading.map(({ outDim }) => outDim)) : 0)
  );
}

function modelLinear(linear: LinearShape): ModelLinear | undefined {
  return "reads" in linear ? (linear as ModelLinear) : undefined;
}

export function isBefore(version: string, limit: string): boolean {
  const numbers = (text: string): number[] => text.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [numbers(version), numbers(limit)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
