import { type KindChoice, kindMembers, targetNames } from "@lorank/core";
import type { BaseQuantization, LoraSpec } from "@lorank/core/results";
import type { Recompute } from "@lorank/graph";
import { padBatch, paddedLength } from "../batches/batches.ts";
import type { TokenizedExample, TokenizedTokensExample } from "../data/dataset.ts";
import { EVALUATION_TOKENS } from "../evaluate/evaluate.ts";
import { familyOf } from "../families/families.ts";
import type { Head } from "../families/family.ts";
import { IGNORE_INDEX } from "../transformer/batch.ts";
import { shapeOf } from "./pass-shape.ts";
import { type MemoryPrediction, predictMemory } from "./predict.ts";

export interface EngineMemoryOptions extends KindChoice {
  /** The model's `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly head: Head;
  readonly rank: number;
  /** Layers with an adapter. (default: every linear layer) */
  readonly targetModules?: readonly string[];
  /** (default: float32) */
  readonly quantization?: BaseQuantization;
  /** Texts in one pass through the model. */
  readonly microBatch: number;
  /** Tokens in each of them: those of the longest batch. */
  readonly seq: number;
  /** Tokens of each text that have a target, in a language model. (default: all but the last) */
  readonly targets?: number;
  readonly dropout?: number;
  readonly recompute?: Recompute;
  readonly processBytes?: number;
  /** Whether the process evaluates too, in batches of its own. (default true) */
  readonly evaluates?: boolean;
}

/**
 * The largest resident set of a process that trains, and evaluates, with this engine on the CPU, from a model's config alone.
 * Throws E_MODEL_TYPE and E_CONFIG as {@link familyOf}, E_TARGET and E_RANK as a trial would.
 */
export function predictEngineMemory(options: EngineMemoryOptions): Promise<MemoryPrediction> {
  const { config, head: kind, rank, microBatch, seq, dropout = 0, recompute, processBytes } = options;
  const { quantization, targets = seq - 1, evaluates = true } = options;
  const family = familyOf(config);
  const head = family.head(kind);
  const lora: LoraSpec = {
    rank,
    alpha: rank,
    scalingRule: "lora",
    dropout,
    ...kindMembers(options),
    targetModules: options.targetModules ?? targetNames(head.shape),
  };
  const inputIds = new Array<number>(seq).fill(0);
  const labels = inputIds.map((_, i) => (i < seq - 1 - targets || i === seq - 1 ? IGNORE_INDEX : 0));
  const text = kind.kind === "classification" ? { id: "", inputIds, label: 0 } : { id: "", inputIds, labels };
  const shape = (texts: number) =>
    shapeOf(padBatch(alike(text, texts) as TokenizedExample[], { padId: family.padTokenId }), family, head);
  return predictMemory({
    family,
    head,
    lora,
    quantization,
    training: [shape(microBatch)],
    evaluation: evaluates ? [shape(Math.max(1, Math.floor(EVALUATION_TOKENS / paddedLength(seq))))] : [],
    recompute,
    processBytes,
  });
}

const alike = (text: TokenizedExample | TokenizedTokensExample, count: number) =>
  new Array<typeof text>(count).fill(text);
