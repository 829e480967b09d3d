import type { ConfigReader } from "../config-reader.ts";
import type { LinearInput, ModelLinear } from "../linear-shapes.ts";
import { layerLinear } from "./layer-linear.ts";
import { MOST_HEAD_WIDTH, type Sizes } from "./sizes.ts";

/** Attention in the config of a model type. */
export interface AttentionRules {
  /** Projections with a bias, or those that have one if a flag of the config is set. */
  readonly attentionBias: readonly string[];
  readonly attentionBiasFlag?: { readonly field: string; readonly absent: boolean };
  /** Meaning of an absent field. `required`: none that a file may rely on. */
  readonly absentKvHeads: "heads" | "required";
  readonly absentHeadDim: "hidden / heads" | "required" | "never read";
}

export interface GroupedAttention {
  readonly kvHeads: number;
  readonly headDim: number;
  readonly queryDim: number;
  readonly kvDim: number;
  readonly hasBias: (projection: string) => boolean;
}

export const everyProjection = ["q_proj", "k_proj", "v_proj", "o_proj"];

/** Reads grouped-query attention under the names of a Llama config. */
export function readGroupedAttention(
  config: ConfigReader,
  { hiddenSize, heads }: Sizes,
  rules: AttentionRules,
): GroupedAttention {
  const kvHeads =
    rules.absentKvHeads === "heads"
      ? config.sizeOr("num_key_value_heads", () => heads)
      : config.size("num_key_value_heads");
  config.divisible("num_attention_heads", "num_key_value_heads");
  const fromHidden = (): number => {
    config.divisible("hidden_size", "num_attention_heads");
    return hiddenSize / heads;
  };
  const headDim = {
    required: () => config.size("head_dim", MOST_HEAD_WIDTH),
    "hidden / heads": () => config.sizeOr("head_dim", fromHidden, MOST_HEAD_WIDTH),
    "never read": fromHidden,
  }[rules.absentHeadDim]();
  const { attentionBias, attentionBiasFlag: flag } = rules;
  const has = flag === undefined || config.flag(flag.field, flag.absent);
  return {
    kvHeads,
    headDim,
    queryDim: heads * headDim,
    kvDim: kvHeads * headDim,
    hasBias: (projection) => has && attentionBias.includes(projection),
  };
}

/** q, k, v and output under `self_attn`, or one matrix for q, k and v. */
export function attentionLinears(
  { hiddenSize, layers }: Sizes,
  { queryDim, kvDim, hasBias }: GroupedAttention,
  { output = "o_proj", fused = false }: { output?: string; fused?: boolean } = {},
): ModelLinear[] {
  const linear = (name: string, inDim: number, outDim: number, reads: LinearInput = "attention") =>
    layerLinear(layers, `self_attn.${name}`, inDim, outDim, reads, { bias: hasBias(name) });
  return [
    ...(fused
      ? [linear("qkv_proj", hiddenSize, queryDim + 2 * kvDim)]
      : [
          linear("q_proj", hiddenSize, queryDim),
          linear("k_proj", hiddenSize, kvDim),
          linear("v_proj", hiddenSize, kvDim),
        ]),
    linear(output, queryDim, hiddenSize, "attention output"),
  ];
}
