import type { ConfigReader } from "../config-reader.ts";
import type { ModelParts } from "../parts.ts";
import {
  architectureOf,
  attentionLinears,
  preNormBlock,
  readDecoder,
  readGroupedAttention,
} from "./blocks.ts";
import { readSharedMixture } from "./deepseek.ts";

/**
 * GLM-4.5: RMSNorm, grouped queries with biases on q, k and v, and experts as DeepSeek-V3 has them. Its layer for predicting
 * further tokens is not part of it, as in transformers.
 *
 * Source: transformers 5.24, modeling_glm4_moe.py
 */
export const glmMoeArchitecture = architectureOf({ glm4_moe: {} }, (_, config: ConfigReader): ModelParts => {
  const sizes = readDecoder(config, { absentTied: false });
  const attention = readGroupedAttention(config, sizes, {
    attentionBias: ["q_proj", "k_proj", "v_proj"],
    attentionBiasFlag: { field: "attention_bias", absent: false },
    absentKvHeads: "required",
    absentHeadDim: "required",
  });
  const queryKeyNorm = config.flag("use_qk_norm", false);
  const { hiddenSize, layers } = sizes;
  const { kvHeads, headDim } = attention;
  const { feedForward, linears, ...mixture } = readSharedMixture(config, sizes);
  return {
    family: "mixture",
    ...sizes,
    kvHeads,
    headDim,
    block: preNormBlock(attention, { queryKeyNorm, feedForward }),
    paths: ["model", "layers"],
    linears: [...attentionLinears(sizes, attention), ...linears],
    ...mixture,
    norms: layers * (2 * hiddenSize + (queryKeyNorm ? 2 * headDim : 0)) + hiddenSize,
  };
});
