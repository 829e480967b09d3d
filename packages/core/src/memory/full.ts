import { sumOf } from "../model/linear-shapes.ts";
import { headTensors } from "../model/parts.ts";
import type { ModelShape } from "../model/shape.ts";
import { type ActivationContext, type BlockActivations, blockActivations } from "./activations.ts";
import { bytesPerElement, type FloatDtype } from "./base-bytes.ts";
import { activationDtypes, baseInStack, headInputs, largestMatrix } from "./base-in-stack.ts";
import { blockWork } from "./block-peak.ts";
import {
  checkpointedBlocks,
  checkSize,
  foreachBytes,
  type MemoryEstimate,
  type MemoryOptions,
  WORKSPACE,
} from "./estimate.ts";
import { expertAssumptions } from "./mixture.ts";
import { generationParts, referenceParts, residentParts } from "./objectives/generation.ts";
import { objectiveLogits } from "./objectives/loss.ts";
import { objectiveAssumptions, objectiveInUse } from "./objectives/objective.ts";
import { optimizerStateBytes, pagedStateBytes, type TrainedTensor } from "./optimizer-bytes.ts";
import { largestPhase, type MemoryParts, noParts, peakOf, totalOfParts, withBlock } from "./parts.ts";
import { maskBytes } from "./scores.ts";
import {
  type Cards,
  cardsAssumptions,
  gatheredWeights,
  shardedPhases,
  shardedStatic,
  statesOf,
} from "./sharding.ts";
import { type StackTraits, traitsUnder } from "./stack.ts";
import { optimizerKind, settingsOfModel, stackAssumptions } from "./stack-settings.ts";
import { modelAssumptions } from "./static-bytes.ts";

export interface FullOptions
  extends Pick<
    MemoryOptions,
    "shape" | "profile" | "settings" | "microBatch" | "seq" | "cards" | "objective"
  > {
  readonly dtype?: FloatDtype;
}

/** {@link MemoryEstimate} without an adapter's members. `parts.baseWeights` are the trained weights. */
export type FullEstimate = Omit<MemoryEstimate, "rank" | "loraParams" | "adapterBytes" | "baseBytes">;

/**
 * Estimates the peak memory when all weights are trained. With AdamW in 16 bits a parameter costs 2 bytes for its
 * weight, 2 for the gradient, 4 for moments, without fp32 copies. Trained linear layers save their input, trained
 * RMSNorms the normalised input. "block backward" is the larger of its ends. First: all activations with gradients for
 * head and a block. Last: a block's activations with gradients for everything after it. Throws E_CONFIG naming field,
 * rule and value. Source: torch.optim's foreach AdamW needs about the parameters' size more while it steps, a fused
 * AdamW nothing
 */
export function estimateFull(options: FullOptions): FullEstimate {
  const { shape, profile, seq, dtype = "bf16" } = options;
  const settings = settingsOfModel(shape, { ...profile.settings, ...options.settings });
  checkSize("microBatch", options.microBatch);
  checkSize("seq", seq);
  const objective = objectiveInUse({ ...options, isAdapter: false });
  const microBatch = objective.sequences;
  const traits = traitsUnder(settings, profile.traits);
  const { cards } = options;
  const bytes = bytesPerElement(dtype);
  const { weightDtype, stateDtype, masterBytes } = trainedDtypes(dtype, traits, cards);
  const weightBytes = bytesPerElement(weightDtype);
  const base = { dtype } as const;
  const { extraBytes } = baseInStack(base, shape, [], settings, traits);
  const optimizer = optimizerKind(settings.optimizer);
  const tensors = wholeModel(shape, stateDtype);
  if (extraBytes > 0) tensors.push(matrix(shape.hiddenSize, shape.vocabSize, 1, stateDtype));
  const params = shape.totalParams + extraBytes / bytes;
  const weights = params * weightBytes;
  const states = Math.round(optimizerStateBytes(tensors, optimizer) + params * masterBytes);
  const paged = Math.round(pagedStateBytes(tensors, optimizer));

  const { headBytes, ...dtypes } = activationDtypes(dtype, false, settings, traits);
  const context = { shape, targets: [], base, settings, traits, seq, ...dtypes };
  const block = trainedBlock(context);
  const tokens = microBatch * seq;
  const ofLoss = { shape, settings, traits, profile: profile.name, computeBytes: dtypes.computeBytes };
  const logits = objectiveLogits(objective, { ...ofLoss, microBatch, tokens, headBytes });
  const headTokens = shape.head.kind === "causal-lm" ? tokens : microBatch;

  const fixedParts: MemoryParts = {
    ...noParts,
    baseWeights: weights,
    ...residentParts(objective, shape.totalParams * bytes),
    attention: tokens * maskBytes(context),
    optimizerStates: states - paged,
    scratch: WORKSPACE,
  };
  const inputs = tokens * shape.hiddenSize * bytes * checkpointedBlocks(settings, shape);
  const saved =
    settings.checkpointing === "off"
      ? withBlock(fixedParts, block, tokens * shape.layers)
      : { ...fixedParts, checkpoints: inputs };
  const forward = { ...saved, norms: saved.norms + headTokens * headInputs(context).norm };
  const atOnce = objective.sequencesAtOnce * seq;
  // The last feed-forward projection has had its input when gradients of the product's factors are made.
  const product = context.activationBytes * shape.block.feedForward.width;
  const activationGradients = blockWork(context, block, atOnce).gradients - atOnce * product;
  const running = { activationGradients, logitsAndLoss: logits.afterLoss };
  const oneBlock = { ...withBlock(fixedParts, block, atOnce), ...running };
  const ofBlock = (shape.params.blockWeights / shape.layers) * weightBytes;
  const ofEmbeddings = weightBytes * shape.params.embeddings;
  const ofHead = weightBytes * (shape.tied ? shape.hiddenSize * shape.vocabSize : shape.params.head);
  // A weight that steps in the backward pass has freed the gradients before it, but a matrix is there beside its step's
  // copies. Source: torchtune 0.6.1, `register_optim_in_bwd_hooks`
  const inBackward = settings.optimizerInBackward ? weightBytes * largestMatrix(shape) : undefined;
  const accumulated = settings.accumulation ? weights + weightBytes * largestMatrix(shape) : 0;
  const stepScratch = foreachBytes(weights, settings);
  const earlier = settings.accumulation ? weights : 0;
  const afterForward = { ...forward, gradients: earlier, logitsAndLoss: logits.saved };
  const lossOnly = { ...afterForward, logitsAndLoss: logits.peak };
  const reference = referenceParts(objective, afterForward, tokens, context);
  const moments = {
    loss: largestPhase({ lossOnly, reference })[1],
    first: {
      ...(inputs > 0 ? { ...oneBlock, checkpoints: inputs } : { ...saved, ...running }),
      gradients: inBackward ?? (accumulated || ofHead + ofBlock),
    },
    last: {
      ...oneBlock,
      gradients: inBackward ?? (accumulated || weights - ofBlock - (shape.tied ? 0 : ofEmbeddings)),
    },
    step: {
      ...{ ...fixedParts, attention: 0, gradients: inBackward ?? weights },
      logitsAndLoss: logits.afterLoss,
      scratch: WORKSPACE + Math.min(stepScratch, inBackward ?? stepScratch),
    },
    generation: generationParts(objective, fixedParts, context),
  };
  const phases = shardedPhases(moments, cards, {
    ...gatheredWeights(shape, base, traits),
    gradients: ofBlock,
    allGradients: weights,
    workspace: WORKSPACE,
  });
  const ownShare = shardedStatic({ weights, adapter: 0, gradients: weights, states }, cards);
  return {
    trainableParams: params,
    gradientBytes: ownShare.gradients,
    optimizerBytes: ownShare.states,
    staticBytes: sumOf(Object.values(ownShare)) + phases.loss.referenceWeights,
    ...peakOf(phases, { logits: logits.peak, paged: statesOf(paged, cards) }),
    afterForwardBytes: totalOfParts({ ...phases.loss, logitsAndLoss: 0 }) + logits.saved,
    assumptions: [
      ...cardsAssumptions(cards),
      `All weights are trained: weights and gradients are in ${weightDtype}, the optimiser's states (${settings.optimizer}) in ${stateDtype}, 8-bit and factored states in their own form; ${masterBytes > 0 ? "fp32 copies of the weights too" : "no fp32 copies"}.`,
      ...modelAssumptions(shape),
      ...expertAssumptions({ shape, base, experts: traits.experts }),
      ...objectiveAssumptions(objective),
      ...stackAssumptions(profile, settings, { prepared: false, microBatch, seq }),
    ],
  };
}

/**
 * Dtypes for trained weights and their optimiser states on several cards. Under autocast FSDP shares fp32 weights and
 * gathers them in 16 bits; DeepSpeed steps on shared fp32 copies (`masterBytes` a parameter). Source: accelerate 1.11,
 * `Accelerator.prepare_model` ("FSDP upcast of low precision parameters"); ZeRO, section 3.1
 */
function trainedDtypes(
  dtype: FloatDtype,
  { autocast }: StackTraits,
  cards: Cards | undefined,
): { readonly weightDtype: FloatDtype; readonly stateDtype: FloatDtype; readonly masterBytes: number } {
  const alone = { weightDtype: dtype, stateDtype: dtype, masterBytes: 0 };
  if (cards === undefined || cards.count === 1 || cards.strategy === "ddp" || dtype === "fp32") return alone;
  if (cards.strategy === "fsdp") {
    return autocast ? { weightDtype: "fp32", stateDtype: "fp32", masterBytes: 0 } : alone;
  }
  return { weightDtype: dtype, stateDtype: "fp32", masterBytes: 4 };
}

/**
 * Block activations if all weights are trained; o's input counts as attention's result. Stacked experts save the inputs
 * gathered for them. Source: transformers 5.24, `grouped_mm_experts_forward`
 */
function trainedBlock(context: ActivationContext): BlockActivations {
  const { block, hiddenSize } = context.shape;
  const frozen = blockActivations(context);
  const latents = (block.latents?.queryDim ?? 0) + (block.latents?.keyValueDim ?? 0);
  const { compile, fusedNorms } = context.settings;
  const keepsNormalized = block.norm === "rmsnorm" && !compile && !fusedNorms;
  const gains = keepsNormalized ? hiddenSize * block.norms + latents : 0;
  const { width, experts } = block.feedForward;
  const gathered = context.traits.experts === "stacked" ? hiddenSize * (experts?.perToken ?? 0) : 0;
  const inputs = hiddenSize * block.normInputs + latents + width + gathered;
  return {
    ...frozen,
    norms: frozen.norms + context.activationBytes * gains,
    linearInputs: context.activationBytes * inputs,
  };
}

/** All tensors of the model: matrices by shape, all others as vectors with the hidden size. */
function wholeModel(shape: ModelShape, dtype: FloatDtype): TrainedTensor[] {
  const { params, hiddenSize, vocabSize } = shape;
  const tensors = shape.linears.map(({ inDim, outDim, count }) => matrix(inDim, outDim, count, dtype));
  for (const [rows, columns] of headTensors(shape)) {
    if (rows !== undefined && columns !== undefined) tensors.push(matrix(columns, rows, 1, dtype));
  }
  const tokenRows = Math.min(vocabSize, params.embeddings / hiddenSize);
  tensors.push(matrix(hiddenSize, tokenRows, 1, dtype));
  const otherTables = params.embeddings - tokenRows * hiddenSize; // tables for positions and token types
  if (otherTables > 0) tensors.push(matrix(hiddenSize, otherTables / hiddenSize, 1, dtype));
  const inBlocks = shape.linears.filter(({ role }) => role === "block");
  const experts = params.blockWeights - sumOf(inBlocks.map((each) => each.inDim * each.outDim * each.count));
  if (experts > 0) tensors.push(matrix(hiddenSize, experts / hiddenSize, 1, dtype));
  const rest = shape.totalParams - sumOf(tensors.map(({ elements, count }) => elements * count));
  return [...tensors, { elements: hiddenSize, count: rest / hiddenSize, dtype }];
}

function matrix(inDim: number, outDim: number, count: number, dtype: FloatDtype): TrainedTensor {
  return { elements: inDim * outDim, rows: outDim, count, dtype };
}
