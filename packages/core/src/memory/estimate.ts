import { InputError } from "../errors.ts";
import { type LinearShape, sumOf } from "../model/linear-shapes.ts";
import { assertRank } from "../model/lora.ts";
import type { ModelShape } from "../model/shape.ts";
import { blockActivations } from "./activations.ts";
import { type BaseFormat, isQuantizedFormat, unquantizedDtype } from "./base-bytes.ts";
import { activationDtypes, baseInStack, headInputs } from "./base-in-stack.ts";
import { blockWork, doraWeightBytes } from "./block-peak.ts";
import { kernelCopies } from "./lora-kernels.ts";
import { foldedAssumptions, foldedBytes } from "./mixture.ts";
import { generationParts, referenceParts, residentParts } from "./objectives/generation.ts";
import { objectiveLogits } from "./objectives/loss.ts";
import {
  type Objective,
  objectiveAssumptions,
  objectiveInUse,
  pooledStates,
} from "./objectives/objective.ts";
import { pagedStateBytes, tensorBytes } from "./optimizer-bytes.ts";
import {
  largestPhase,
  type MemoryParts,
  noParts,
  type Peak,
  peakOf,
  totalOfParts,
  withBlock,
} from "./parts.ts";
import type { Profile } from "./profiles.ts";
import { maskBytes } from "./scores.ts";
import {
  type Cards,
  cardsAssumptions,
  checkCards,
  gatheredWeights,
  keptCopies,
  shardedPhases,
  shardedStatic,
  statesOf,
} from "./sharding.ts";
import { type StackSettings, type StackTraits, traitsUnder } from "./stack.ts";
import { optimizerKind, stackAssumptions, statedSettings } from "./stack-settings.ts";
import { adapterTensors, bytesOfAdapter, type StaticBytes } from "./static-bytes.ts";
import { gradientTimes, modulesInStack, type TrainedModule } from "./trained-modules.ts";
import { languagePart, visionAssumptions, visionBytes } from "./vision.ts";

export interface MemoryOptions {
  readonly shape: ModelShape;
  readonly targets: readonly LinearShape[];
  readonly rank: number;
  readonly base: BaseFormat;
  readonly profile: Profile;
  readonly settings?: Partial<StackSettings>;
  /** Samples per pass on each card: sequences, or pairs of them for an objective that compares two. */
  readonly microBatch: number;
  /** Tokens per sequence in the longest batch. */
  readonly seq: number;
  /** Tokens of each sequence that images give, for a shape with the part that reads them (default 0). */
  readonly imageTokens?: number | undefined;
  readonly cards?: Cards | undefined;
  /** Training objective (default: supervised fine-tuning, `sft`). */
  readonly objective?: Objective | undefined;
  /** Modules trained in full beside the adapters (default: none). */
  readonly trainedModules?: readonly TrainedModule[] | undefined;
}

export interface MemoryEstimate extends Omit<StaticBytes, "parts">, Peak {
  /** Bytes allocated when a forward pass has ended, before any gradient. */
  readonly afterForwardBytes: number;
}

/**
 * Two cuBLAS workspaces, 8.5 MB each. Source: answer-ai's notebook, "finish 0.009 GB"; 17 MB in fms-acceleration's
 * tables
 */
export const WORKSPACE = 17e6;
/**
 * Estimates the peak memory of LoRA training, the largest of three phases. "loss": all saved activations and logits;
 * "block backward": a block's working memory instead of logits; "optimizer step": all gradients. Throws E_RANK, and
 * E_CONFIG naming field, rule and value.
 */
export function estimateMemory(options: MemoryOptions): MemoryEstimate {
  const { shape: whole, targets: all, rank, profile, seq, imageTokens = 0 } = options;
  const { shape, targets, inTower } = languagePart(whole, all);
  const stated = statedSettings(shape, options.base.dtype, options);
  const settings = whole.vision?.masksText ? { ...stated, padding: true } : stated;
  checkSize("microBatch", options.microBatch);
  checkSize("seq", seq);
  const objective = objectiveInUse({ ...options, isAdapter: true });
  const microBatch = objective.sequences;
  checkCards(options.cards, options.base);
  const traits = traitsUnder(settings, profile.traits);
  const { base, prepared, extraBytes } = baseInStack(options.base, whole, all, settings, traits);
  const optimizer = optimizerKind(settings.optimizer);
  const { adapterDtype, variant } = settings;
  const { trainedModules = [] } = options;
  const modules = modulesInStack(shape, trainedModules, profile.name);
  const headDtype = modules.dtype && { headDtype: modules.dtype };
  const shared = { rank, base, adapterDtype, variant, trainedModules, ...headDtype };
  const adapter = { shape: whole, targets: all, ...shared };
  const { experts } = traits;
  assertRank(rank, all);
  const trained = adapterTensors(adapter);
  const fixed = bytesOfAdapter({ ...adapter, optimizer, experts }, trained);
  const paged = pagedStateBytes([...trained.lora, ...trained.head], optimizer);
  const ownShare = shardedStatic(
    {
      weights: fixed.baseBytes + extraBytes,
      adapter: fixed.adapterBytes,
      gradients: fixed.gradientBytes,
      states: fixed.optimizerBytes,
    },
    options.cards,
  );

  const { headBytes, ...ofBase } = activationDtypes(
    unquantizedDtype(options.base),
    prepared,
    settings,
    traits,
  );
  const dtypes = modules.widensResidual ? { ...ofBase, residualBytes: 4 as const } : ofBase;
  const context = { shape, targets, base, settings, traits, seq, ...dtypes };
  const block = blockActivations(context);
  const dora = doraWeightBytes(context);
  const folded = foldedBytes({ ...context, rank });
  const tokens = microBatch * seq;
  const atOnce = objective.sequencesAtOnce * seq;
  const ofLoss = { shape, settings, traits, profile: profile.name, computeBytes: dtypes.computeBytes };
  const logits = objectiveLogits(objective, { ...ofLoss, microBatch, tokens, headBytes });

  const images =
    whole.vision && visionBytes(whole.vision, objective.sequences * imageTokens, inTower, context);
  const fixedParts: MemoryParts = {
    ...noParts,
    baseWeights: fixed.parts.baseQuantizedWeights + fixed.parts.baseOtherWeights + extraBytes,
    quantizationConstants: fixed.parts.baseQuantizationConstants,
    ...residentParts(objective, fixed.baseBytes + extraBytes),
    adapterWeights: fixed.adapterBytes,
    attention: tokens * maskBytes(context),
    optimizerStates: fixed.optimizerBytes - paged,
    checkpoints: tokens * shape.hiddenSize * dtypes.residualBytes * checkpointedBlocks(settings, shape),
    images: images?.resident ?? 0,
    scratch: WORKSPACE,
  };
  const keepsBlocks = settings.checkpointing === "off";
  const copied = dora.saved + kernelCopies({ ...context, rank });
  const saved = (count: number, inBlock = tokens): MemoryParts => {
    const parts = withBlock(fixedParts, block, inBlock * count);
    return {
      ...parts,
      adapterInputs: parts.adapterInputs + copied * count,
      adaptedWeights: folded.saved * count,
    };
  };
  const blocks = keepsBlocks ? saved(shape.layers) : fixedParts;
  const earlier = settings.accumulation ? fixed.gradientBytes : 0;
  const head = headInputs(context);
  const headTokens = shape.head.kind === "causal-lm" ? tokens : microBatch;
  const decodedHead = isQuantizedFormat(base)
    ? traits.decodedHeadBytes * shape.vocabSize * shape.hiddenSize
    : 0;
  const former = traits.holdsFormerPass ? tokens * shape.layers * block.linearInputs : 0;
  const forward: MemoryParts = {
    ...blocks,
    norms: blocks.norms + headTokens * head.norm,
    adapterInputs: blocks.adapterInputs + headTokens * head.adapter,
    linearInputs: blocks.linearInputs + former,
    scratch: WORKSPACE + modules.headCopyBytes,
  };
  const work = blockWork(context, block, atOnce, folded.scratch);
  const inText = inTower.length === 0 ? trained : adapterTensors({ shape, targets, ...shared });
  const { ofBlock, ofHead, ofEmbeddings } = gradientTimes(inText, shape);
  const ofTower = tensorBytes(trained.lora) - tensorBytes(inText.lora);
  const running = {
    activationGradients: Math.max(work.gradients, dora.scratch - work.decoded),
    logitsAndLoss: logits.afterLoss,
    scratch: WORKSPACE + work.decoded,
  };
  const { checkpoints } = fixedParts;
  const copies = keptCopies(options.cards, traits);
  // A trained head's gradient, and the weight that a 4-bit head decodes, come while logits are there.
  const atHead = {
    ...forward,
    gradients: earlier + ofHead,
    logitsAndLoss: Math.min(logits.peak, logits.atHead),
    scratch: forward.scratch + decodedHead,
  };
  const pooled = pooledStates(objective, tokens * head.norm);
  const inBlock = keepsBlocks ? blocks : saved(1, atOnce);
  const first = {
    ...{ ...inBlock, norms: inBlock.norms + pooled, ...running },
    gradients: earlier + ofBlock + (settings.accumulation ? 0 : ofHead),
  };
  const last = {
    ...{ ...saved(1, atOnce), ...running },
    checkpoints:
      copies > 0 ? copies * checkpoints : checkpoints / Math.max(1, checkpointedBlocks(settings, shape)),
    gradients: settings.accumulation ? earlier + ofBlock : fixed.gradientBytes - ofEmbeddings - ofTower,
  };
  const step = {
    ...{ ...fixedParts, checkpoints: 0, attention: 0, images: images?.pixels ?? 0 },
    gradients: fixed.gradientBytes,
    logitsAndLoss: logits.afterLoss,
    scratch: WORKSPACE + foreachBytes(fixed.gradientBytes, settings),
  };
  const atEmbeddings = {
    ...step,
    gradients: fixed.gradientBytes + (settings.accumulation ? ofEmbeddings : 0),
    activationGradients: ofEmbeddings > 0 ? tokens * shape.hiddenSize * dtypes.residualBytes : 0,
  };
  const ofImages = { ...fixedParts, checkpoints: 0, attention: 0 };
  const towerForward = {
    ...ofImages,
    images: fixedParts.images + (images?.forward ?? 0),
    gradients: earlier,
  };
  const towerBackward = {
    ...{ ...ofImages, images: fixedParts.images + (images?.backward ?? 0), gradients: fixed.gradientBytes },
    logitsAndLoss: logits.afterLoss,
  };
  const forwardOnly = { ...forward, gradients: earlier, logitsAndLoss: logits.peak };
  const afterForward = { ...forwardOnly, logitsAndLoss: logits.saved };
  const reference = referenceParts(objective, afterForward, tokens, context);
  const moments = {
    loss: largestPhase({ towerForward, forwardOnly, reference, atHead })[1],
    first,
    last: largestPhase({
      last,
      atEmbeddings: ofEmbeddings > 0 ? atEmbeddings : noParts,
      towerBackward: images && images.backward > 0 ? towerBackward : noParts,
    })[1],
    step,
    generation: generationParts(objective, fixedParts, context),
  };

  const gathered = {
    ...gatheredWeights(shape, base, traits),
    gradients: ofBlock,
    allGradients: fixed.gradientBytes,
    workspace: WORKSPACE,
  };
  const phases = shardedPhases(moments, options.cards, gathered);
  const { parts: _, assumptions, ...facts } = fixed;
  return {
    ...facts,
    baseBytes: ownShare.weights,
    gradientBytes: ownShare.gradients,
    optimizerBytes: ownShare.states,
    staticBytes: sumOf(Object.values(ownShare)) + phases.loss.referenceWeights,
    ...peakOf(phases, {
      logits: logits.peak + fusedLossBytes(shape, tokens, settings, traits),
      paged: statesOf(paged, options.cards),
    }),
    afterForwardBytes: totalOfParts({ ...phases.loss, logitsAndLoss: 0 }) + logits.saved,
    assumptions: [
      ...cardsAssumptions(options.cards),
      ...assumptions.slice(1),
      ...foldedAssumptions({ ...context, rank }),
      ...objectiveAssumptions(objective),
      ...visionAssumptions(options, { settings, rank }),
      ...stackAssumptions(profile, settings, { prepared, microBatch, seq }),
    ],
  };
}

/** Square roots that a multi-tensor AdamW holds at once. Source: torch 2.15, `_multi_tensor_adamw`, `_foreach_sqrt` */
export function foreachBytes(trained: number, { optimizer }: StackSettings): number {
  return optimizer === "adamw" ? trained : 0;
}

/** Bytes of a fused loss that adapts to free memory: a quarter of 16 bytes a logit, if the limit allows. */
function fusedLossBytes(
  { vocabSize }: ModelShape,
  tokens: number,
  { loss }: StackSettings,
  { fusedLossLimit }: StackTraits,
): number {
  return loss === "fused" ? Math.min(fusedLossLimit, (16 / 4) * tokens * vocabSize) : 0;
}

/** Offloaded blocks use two buffers on the device. */
export function checkpointedBlocks({ checkpointing }: StackSettings, { layers }: ModelShape): number {
  switch (checkpointing) {
    case "on":
      return layers;
    case "offload":
      return Math.min(2, layers);
    case "off":
      return 0;
  }
}

export function checkSize(field: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new InputError("E_CONFIG", `${field} must be a positive integer, got ${value}`);
}
