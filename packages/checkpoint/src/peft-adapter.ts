import type { ScalingRule } from "@lorank/core";
import type { Tensor } from "./safetensors-file.ts";

/** A matrix in memory, row-major. */
export interface Matrix {
  readonly shape: readonly [rows: number, columns: number];
  readonly data: Float32Array;
}

/** The two factors of one layer's update, scaling · B · A. */
export interface LoraLayer {
  /** `[rank, in]` */
  readonly loraA: Matrix;
  /** `[out, rank]` */
  readonly loraB: Matrix;
}

export type PeftTaskType = "SEQ_CLS" | "CAUSAL_LM";

/** A trained adapter, as a PEFT folder holds it. */
export interface PeftAdapter {
  readonly rank: number;
  readonly alpha: number;
  /** How alpha and rank become the factor on B·A. */
  readonly scalingRule: ScalingRule;
  readonly dropout: number;
  /** Last parts of module paths, such as `q_proj`, or whole paths. */
  readonly targetModules: readonly string[];
  readonly taskType: PeftTaskType;
  /** Name of the base model, written as `base_model_name_or_path`. */
  readonly baseModel: string;
  /** By module path in the base model: `model.layers.0.self_attn.q_proj`. */
  readonly layers: ReadonlyMap<string, LoraLayer>;
  /** Layers that were trained whole, by tensor name: `score.weight` `[classes, hidden]`, `classifier.bias` `[classes]`. */
  readonly heads: ReadonlyMap<string, Tensor>;
}
