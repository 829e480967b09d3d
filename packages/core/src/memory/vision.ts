import { type LinearShape, sumOf } from "../model/linear-shapes.ts";
import type { ModelShape, VisionShape } from "../model/shape.ts";
import { wholeNumber } from "../text.ts";
import { type ActivationContext, adapterElementBytes, blockActivations } from "./activations.ts";
import { isQuantizedFormat } from "./base-bytes.ts";
import { blockWork } from "./block-peak.ts";
import type { StackSettings, StackTraits } from "./stack.ts";

export interface LanguagePart {
  readonly shape: ModelShape;
  readonly targets: readonly LinearShape[];
  /** Targets in the part that reads images. */
  readonly inTower: readonly LinearShape[];
}

/** Divides a model's targets: the language model's, and those of the part that reads images. */
export function languagePart(shape: ModelShape, targets: readonly LinearShape[]): LanguagePart {
  if (shape.vision === undefined) return { shape, targets, inTower: [] };
  const { tower, text } = shape.vision;
  const paths: readonly string[] = tower.linears.map(({ path }) => path);
  const isInTower = (target: LinearShape): boolean => "path" in target && paths.includes(String(target.path));
  return {
    shape: text,
    targets: targets.filter((target) => !isInTower(target)),
    inTower: targets.filter(isInTower),
  };
}

/** Bytes of the part that reads images, beside its weights. */
export interface VisionBytes {
  /** Pixels, which are there in the whole step. */
  readonly pixels: number;
  /** Pixels, results and saved activations while the language model runs. */
  readonly resident: number;
  /** Working memory beyond `resident` in the tower's forward pass. */
  readonly forward: number;
  /** Activations and gradients of a block beyond `resident` in its backward pass; 0 if no gradient passes. */
  readonly backward: number;
}

/**
 * Activations for `tokens` image tokens. A tower without adapters saves nothing, unless checkpointing makes the patches'
 * embeddings require gradients. Its attention is counted as a kernel's, whatever the setting. Source: transformers
 * 5.24, `enable_input_require_grads` and each type's modeling; scripts/reference/vision_peaks.py
 */
export function visionBytes(
  { tower, text, ...vision }: VisionShape,
  tokens: number,
  inTower: readonly LinearShape[],
  language: ActivationContext,
): VisionBytes {
  const { settings, residualBytes } = language;
  const patches = tokens * vision.patchesPerToken;
  const isInBlock = (target: LinearShape): boolean => "path" in target && String(target.path).includes("*");
  const inBlocks = inTower.filter(isInBlock);
  const attention = settings.attention === "eager" ? "sdpa" : settings.attention;
  const towerSettings = { ...settings, attention, padding: false, loraKernels: "off" } as const;
  // peft 0.21, `prepare_model_for_kbit_training`, leaves torch's default: a re-entrant checkpoint.
  const reentrant = language.traits.reentrant || (settings.kbitPrepare && isQuantizedFormat(language.base));
  const traits = { ...language.traits, reentrant };
  const context = { ...language, shape: tower, targets: inBlocks, settings: towerSettings, traits };
  const { hiddenSize, headDim, layers } = tower;
  const block = blockActivations(context);
  // A fused projection's result stays whole, because v is a view of it.
  const fused = tower.block.fusedQkv ? 2 * context.attentionBytes * hiddenSize : 0;
  const ofBlock = patches * (sumOf(Object.values(block)) + fused);
  const keepsBlocks = settings.checkpointing === "off";
  const passes = passesGradients(vision, inTower, settings, traits);
  const checkpoints = settings.checkpointing === "offload" ? Math.min(2, layers) : layers;
  const states = patches * hiddenSize * residualBytes;
  // The result of the last block stays, and a hooked embedding.
  const ends = states * (vision.hooksInput && !keepsBlocks ? 2 : 1);
  const inBlocksSaved = ends + (keepsBlocks ? ofBlock * layers : states * checkpoints);
  const ofAround = patches * aroundBytes(vision, context);
  const ofAdapters = sumOf(inTower.filter((each) => !isInBlock(each)).map(({ inDim }) => inDim));
  const around = ofAround + tokens * adapterElementBytes(context) * ofAdapters;
  const pixels = 4 * patches * vision.pixels; // processors give fp32
  const turns = vision.rotary ? 2 * 4 * headDim * patches : 0;
  const results = tokens * text.hiddenSize * residualBytes * vision.outputs;
  const work = blockWork(context, block, patches);
  // Layers after the last block have had their backward pass.
  const freed = results + around / vision.outputs;
  return {
    pixels,
    resident: pixels + results + (passes ? inBlocksSaved + around + turns : 0),
    forward: patches * forwardBytes(tower, vision, context) + (passes ? 0 : turns),
    backward: passes ? (keepsBlocks ? 0 : ofBlock) + work.gradients + work.decoded - freed : 0,
  };
}

function passesGradients(
  { hooksInput }: Pick<VisionShape, "hooksInput">,
  inTower: readonly LinearShape[],
  { checkpointing }: StackSettings,
  { freezesTower }: StackTraits,
): boolean {
  return inTower.length > 0 || (hooksInput && checkpointing !== "off" && !freezesTower);
}

interface SeenOptions {
  readonly shape: ModelShape;
  readonly targets: readonly LinearShape[];
  readonly imageTokens?: number | undefined;
  readonly profile: { readonly traits: StackTraits };
}

/** Sentences on images: how many tokens, and what is trained in the part that reads them. A rank of null: all is. */
export function visionAssumptions(
  { shape, targets, imageTokens = 0, profile }: SeenOptions,
  { settings, rank }: { readonly settings: StackSettings; readonly rank: number | null },
): string[] {
  if (shape.vision === undefined) return [];
  const { inTower } = languagePart(shape, targets);
  const passes = passesGradients(shape.vision, inTower, settings, profile.traits);
  const frozen = passes
    ? "is frozen, but gradients pass it, because checkpointing asks for them where patches come in"
    : "is frozen, and saves no activations";
  const adapted = inTower.length > 0 ? "has adapters too" : frozen;
  const patches = wholeNumber(shape.vision.patchesPerToken * imageTokens);
  return [
    `Images give ${wholeNumber(imageTokens)} tokens of each sequence, by ${patches} patches with pixels in fp32. The part that reads them ${rank === null ? "is trained in full" : adapted}, as in transformers 5.24.`,
  ];
}

function aroundBytes(
  { around }: Pick<VisionShape, "around">,
  { traits, residualBytes, activationBytes }: ActivationContext,
): number {
  const norm = Math.max(traits.rmsNormBytes, residualBytes);
  return norm * around.norms + activationBytes * around.others;
}

/**
 * Bytes a patch in a block's forward pass: its input, a norm's result, and the most of three moments. First: q and k turn
 * in fp32, with a turned q and three tensors for k. Second: attention's last projection has its result. Third: the
 * feed-forward layer has its product.
 */
function forwardBytes(
  { hiddenSize, block }: ModelShape,
  { rotary, floatPositions }: Pick<VisionShape, "rotary" | "floatPositions">,
  { residualBytes, activationBytes: bytes, computeBytes }: ActivationContext,
): number {
  const turned = rotary ? 4 * (4 + (bytes === 4 ? 0 : 2)) : 0;
  const casts = computeBytes < bytes ? 2 * computeBytes : 0;
  const attention = Math.max(3 * bytes + turned, (rotary ? 8 : 6) * bytes + casts) * hiddenSize;
  const feedForward = (block.feedForward.gated ? 3 : 2) * bytes * block.feedForward.width;
  const around = residualBytes + bytes + (floatPositions ? 4 : 0);
  return around * hiddenSize + Math.max(attention, feedForward);
}
