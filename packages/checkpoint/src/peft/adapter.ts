import { InputError, scalingOf } from "@lorank/core";
import type { ScalingRule } from "@lorank/core/results";
import type { Float32Tensor } from "../tensor.ts";
import { quoted } from "../text.ts";

/** A matrix in memory, row-major. */
export interface Matrix {
  readonly shape: readonly [rows: number, columns: number];
  readonly data: Float32Array;
}

/** The factors of one layer's update, scaling · B · A. The rank is the number of rows of A and may be the layer's own. */
export interface LoraLayer {
  /** `[rank, in]` */
  readonly loraA: Matrix;
  /** `[out, rank]` */
  readonly loraB: Matrix;
  /** This layer's own; see {@link layerScaling}. */
  readonly alpha: number;
  /** DoRA's length of each row of the merged weight, `[out]`. */
  readonly magnitude?: Float32Array;
}

export type PeftTaskType =
  | "SEQ_CLS"
  | "CAUSAL_LM"
  | "SEQ_2_SEQ_LM"
  | "TOKEN_CLS"
  | "QUESTION_ANS"
  | "FEATURE_EXTRACTION";

/** A trained adapter, as a PEFT folder holds it. */
export interface PeftAdapter {
  /** The rank of the layers that have no other: `r` of the config. */
  readonly rank: number;
  /** Likewise: `lora_alpha`. */
  readonly alpha: number;
  /** How alpha and rank become the factor on B·A. */
  readonly scalingRule: ScalingRule;
  readonly dropout: number;
  /** Whether each layer has a magnitude: W' = magnitude ∘ (W + scaling·B·A) / ‖W + scaling·B·A‖ by row. */
  readonly dora: boolean;
  /** Whether the base stores W transposed, `[in, out]`, as GPT-2's Conv1D does. A and B are the same either way. */
  readonly fanInFanOut: boolean;
  /** Last parts of module paths, such as `q_proj`, or whole paths. */
  readonly targetModules: readonly string[];
  /** Null when the config names none. */
  readonly taskType: PeftTaskType | null;
  /** Where the base is found: a hub id (`org/name`, `org/name@revision`) or a path. Empty when the config names none. */
  readonly baseModel: string;
  /** The classes of a classifier, in the order of the head's outputs, written as `id2label.json`. Absent where nobody named them. */
  readonly classNames?: readonly string[];
  /**
   * Tokens, special ones included, of the longest text that it was trained or evaluated on, written as `truncation.json`.
   * Its scores hold for texts that are cut there, at their end. Absent where nobody wrote it.
   */
  readonly maxLength?: number;
  /** By module path in the base model: `model.layers.0.self_attn.q_proj`. */
  readonly layers: ReadonlyMap<string, LoraLayer>;
  /** Layers that were trained whole, by tensor name: `score.weight` `[classes, hidden]`, `classifier.bias` `[classes]`. */
  readonly heads: ReadonlyMap<string, Float32Tensor>;
}

/**
 * The factor on B·A of one layer: alpha / rank, or alpha / √rank under rsLoRA, with the layer's own alpha and rank.
 *
 * @throws InputError E_PEFT when the adapter has no such layer.
 */
export function layerScaling(adapter: Pick<PeftAdapter, "scalingRule" | "layers">, path: string): number {
  const layer = adapter.layers.get(path);
  if (layer === undefined)
    throw new InputError("E_PEFT", `layer must be one of the adapter's, got ${quoted(path)}`);
  return scalingOf(adapter.scalingRule, layer.alpha, layer.loraA.shape[0]);
}
