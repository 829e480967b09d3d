import type { ConfigReader } from "../config-reader.ts";
import type { LinearInput, ModelLinear } from "../linear-shapes.ts";
import type { ModelParts } from "../parts.ts";
import { architectureOf } from "./architecture.ts";
import { expertsFeedForward, ofExperts, ofSharedExperts, readExperts, splitLayers } from "./experts.ts";
import { gatedMlpLinears } from "./gated-mlp.ts";
import { layerLinear } from "./layer-linear.ts";
import { readDecoder, type Sizes } from "./sizes.ts";

/** How the two differ. Source: transformers 5.24, configuration and modeling of each type. */
interface Variant {
  readonly mlpBias: "never" | "flag";
}

export const deepseekArchitecture = architectureOf<Variant>(
  { deepseek_v2: { mlpBias: "flag" }, deepseek_v3: { mlpBias: "never" } },
  readDeepseek,
);

/** Multi-head latent attention: sizes as the config gives them. */
interface LatentAttention {
  /** Null: queries come from hidden states. */
  readonly queryRank: number | null;
  readonly keyValueRank: number;
  readonly nopeDim: number;
  readonly ropeDim: number;
  readonly valueHeadDim: number;
  readonly bias: boolean;
}

/**
 * A decoder with RMSNorm, multi-head latent attention and, behind the first layers, routed and shared experts. The layers
 * that DeepSeek-V3 keeps to predict further tokens are not part of it, as in transformers.
 *
 * Source: DeepSeek-V2, section 2.1, https://arxiv.org/abs/2405.04434
 */
function readDeepseek(variant: Variant, config: ConfigReader): ModelParts {
  const sizes = readDecoder(config, { absentTied: false });
  const { hiddenSize, intermediateSize, layers, heads } = sizes;
  const attention = readLatentAttention(config);
  const experts = readExperts(config, { count: "n_routed_experts", width: "moe_intermediate_size" });
  const sharedWidth = config.size("n_shared_experts") * experts.width;
  const denseLayers = config.count("first_k_dense_replace");
  const bias = variant.mlpBias === "flag" && config.flag("mlp_bias", false);

  const { chosen: dense, others: sparse } = splitLayers(layers, (layer) => layer < denseLayers);
  const mlp = (parent: string, width: number, inLayers: number[], more = {}) =>
    gatedMlpLinears(sizes, parent, width, { bias, qualified: true, inLayers, ...more });
  const perExpert = { ...ofExperts, qualified: false, bias: false, perLayer: experts.count };
  const { queryRank, keyValueRank, nopeDim, ropeDim, valueHeadDim } = attention;
  const headDim = nopeDim + ropeDim;
  const layerNorms = 2 * hiddenSize + (queryRank ?? 0) + keyValueRank;
  return {
    family: "mixture",
    ...sizes,
    kvHeads: heads,
    headDim,
    block: {
      norm: "rmsnorm",
      norms: 2,
      normInputs: 2,
      queryKeyNorm: false,
      queryDim: heads * headDim,
      keyDim: heads * headDim,
      valueDim: heads * valueHeadDim,
      fusedQkv: false,
      latents: { queryDim: queryRank, keyValueDim: keyValueRank },
      feedForward: expertsFeedForward(experts, sharedWidth),
    },
    paths: ["model", "layers"],
    linears: [
      ...latentAttentionLinears(sizes, attention),
      ...mlp("mlp", intermediateSize, dense),
      ...mlp("mlp.shared_experts", sharedWidth, sparse, ofSharedExperts),
    ],
    experts: mlp("mlp.experts.*", experts.width, sparse, perExpert),
    routers: [
      layerLinear(layers, "mlp.gate", hiddenSize, experts.count, "own", { inLayers: sparse, role: "router" }),
    ],
    norms: layers * layerNorms + hiddenSize,
  };
}

function readLatentAttention(config: ConfigReader): LatentAttention {
  return {
    queryRank: config.sizeOrNull("q_lora_rank"),
    keyValueRank: config.size("kv_lora_rank"),
    nopeDim: config.size("qk_nope_head_dim"),
    ropeDim: config.size("qk_rope_head_dim"),
    valueHeadDim: config.size("v_head_dim"),
    bias: config.flag("attention_bias", false),
  };
}

function latentAttentionLinears(
  { hiddenSize, layers, heads }: Sizes,
  { queryRank, keyValueRank, nopeDim, ropeDim, valueHeadDim, bias }: LatentAttention,
): ModelLinear[] {
  const linear = (name: string, inDim: number, outDim: number, reads: LinearInput, hasBias = false) =>
    layerLinear(layers, `self_attn.${name}`, inDim, outDim, reads, { bias: hasBias });
  const queryDim = heads * (nopeDim + ropeDim);
  return [
    ...(queryRank === null
      ? [linear("q_proj", hiddenSize, queryDim, "attention")]
      : [
          linear("q_a_proj", hiddenSize, queryRank, "attention", bias),
          linear("q_b_proj", queryRank, queryDim, "own"),
        ]),
    linear("kv_a_proj_with_mqa", hiddenSize, keyValueRank + ropeDim, "attention", bias),
    linear("kv_b_proj", keyValueRank, heads * (nopeDim + valueHeadDim), "own"),
    linear("o_proj", heads * valueHeadDim, hiddenSize, "attention output", bias),
  ];
}
