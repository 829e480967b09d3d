import { InputError } from "../errors.ts";
import { type LinearShape, sumOf } from "../model/linear-shapes.ts";
import type { ModelShape } from "../model/shape.ts";
import { blockActivations, logitBytes, maskBytes } from "./activations.ts";
import { type BaseFormat, isQuantizedFormat, unquantizedDtype } from "./base-bytes.ts";
import { activationDtypes, baseInStack, headInputs } from "./base-in-stack.ts";
import { blockWork, doraWeightBytes } from "./block-peak.ts";
import { kernelCopies } from "./lora-kernels.ts";
import { foldedAssumptions, foldedBytes } from "./mixture.ts";
import { pagedStateBytes } from "./optimizer-bytes.ts";
import { type MemoryParts, noParts, type Peak, peakOf, totalOfParts, withBlock } from "./parts.ts";
import type { Profile } from "./profiles.ts";
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
import { checkSettings, optimizerKind, stackAssumptions } from "./stack-settings.ts";
import { adapterTensors, type StaticBytes, staticBytes } from "./static-bytes.ts";

export interface MemoryOptions {
  readonly shape: ModelShape;
  readonly targets: readonly LinearShape[];
  readonly rank: number;
  readonly base: BaseFormat;
  readonly profile: Profile;
  readonly settings?: Partial<StackSettings>;
  /** Sequences per pass on each card. */
  readonly microBatch: number;
  /** Tokens per sequence in the longest batch. */
  readonly seq: number;
  readonly cards?: Cards | undefined;
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
  const { shape, targets, rank, profile, microBatch, seq } = options;
  const settings = checkSettings({ ...profile.settings, ...options.settings });
  checkSize("microBatch", microBatch);
  checkSize("seq", seq);
  checkCards(options.cards, options.base);
  const traits = traitsUnder(settings, profile.traits);
  const { base, prepared, extraBytes } = baseInStack(options.base, shape, targets, settings, traits);
  const optimizer = optimizerKind(settings.optimizer);
  const { adapterDtype, variant } = settings;
  const adapter = { shape, targets, rank, base, adapterDtype, variant };
  const { experts } = traits;
  const fixed = staticBytes({ ...adapter, optimizer, experts });
  const trained = adapterTensors(adapter);
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

  const { headBytes, ...dtypes } = activationDtypes(
    unquantizedDtype(options.base),
    prepared,
    settings,
    traits,
  );
  const context = { shape, targets, base, settings, traits, seq, ...dtypes };
  const block = blockActivations(context);
  const dora = doraWeightBytes(context);
  const folded = foldedBytes({ ...context, rank });
  const tokens = microBatch * seq;
  const logits = logitBytes(shape, settings.loss, traits, { microBatch, tokens, headBytes });

  const fixedParts: MemoryParts = {
    ...noParts,
    baseWeights: fixed.parts.baseQuantizedWeights + fixed.parts.baseOtherWeights + extraBytes,
    quantizationConstants: fixed.parts.baseQuantizationConstants,
    adapterWeights: fixed.adapterBytes,
    attention: tokens * maskBytes(context),
    optimizerStates: fixed.optimizerBytes - paged,
    checkpoints: tokens * shape.hiddenSize * dtypes.residualBytes * checkpointedBlocks(settings, shape),
    scratch: WORKSPACE,
  };
  const keepsBlocks = settings.checkpointing === "off";
  const copied = dora.saved + kernelCopies({ ...context, rank });
  const saved = (count: number): MemoryParts => {
    const parts = withBlock(fixedParts, block, tokens * count);
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
  const headScratch = isQuantizedFormat(base)
    ? traits.quantizedHeadScratch * shape.vocabSize * shape.hiddenSize
    : 0;
  const forward: MemoryParts = {
    ...blocks,
    norms: blocks.norms + headTokens * head.norm,
    adapterInputs: blocks.adapterInputs + headTokens * head.adapter,
    scratch: WORKSPACE + headScratch,
  };
  const work = blockWork(context, block, tokens, folded.scratch);
  const running = {
    activationGradients: Math.max(work.gradients, dora.scratch - work.decoded),
    logitsAndLoss: logits.afterLoss,
    scratch: WORKSPACE + work.decoded,
  };
  const ofBlock = fixed.gradientBytes / shape.layers;
  const { checkpoints } = fixedParts;
  const copies = keptCopies(options.cards, traits);
  const moments = {
    loss: { ...forward, gradients: earlier, logitsAndLoss: logits.peak },
    first: { ...(keepsBlocks ? blocks : saved(1)), ...running, gradients: earlier + ofBlock },
    last: {
      ...saved(1),
      ...running,
      checkpoints:
        copies > 0 ? copies * checkpoints : checkpoints / Math.max(1, checkpointedBlocks(settings, shape)),
      gradients: settings.accumulation ? earlier + ofBlock : fixed.gradientBytes,
    },
    step: {
      ...fixedParts,
      checkpoints: 0,
      attention: 0,
      gradients: fixed.gradientBytes,
      logitsAndLoss: logits.afterLoss,
      scratch: WORKSPACE + foreachBytes(fixed.gradientBytes, settings),
    },
  };

  const gathered = {
    ...gatheredWeights(shape, base, traits),
    gradients: fixed.gradientBytes / shape.layers,
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
    staticBytes: sumOf(Object.values(ownShare)),
    ...peakOf(phases, {
      logits: logits.peak + fusedLossBytes(shape, tokens, settings, traits),
      paged: statesOf(paged, options.cards),
    }),
    afterForwardBytes: totalOfParts({ ...phases.loss, logitsAndLoss: 0 }) + logits.saved,
    assumptions: [
      ...cardsAssumptions(options.cards),
      ...assumptions.slice(1),
      ...foldedAssumptions({ ...context, rank }),
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
