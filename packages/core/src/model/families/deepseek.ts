import type { ConfigReader } from "../config-reader.ts";
import type { LinearInput, ModelLinear } from "../linear-shapes.ts";
import type { ModelParts } from "../parts.ts";
import type { FeedForwardShape } from "../shape.ts";
import {
  architectureOf,
  expertsFeedForward,
  gatedMlpLinears,
  layerLinear,
  ofExperts,
  ofSharedExperts,
  readDecoder,
  readExperts,
  type Sizes,
  splitLayers,
} from "./blocks.ts";

/** Decoder variant. Source: transformers 5.24, each type's configuration and modeling. */
interface Variant {
  readonly mlpBias: "never" | "flag";
  readonly experts: boolean;
  readonly absentTied: boolean;
  readonly absentValueDim: "required" | "hidden / heads";
}

const deepseekV3: Variant = {
  mlpBias: "never",
  experts: true,
  absentTied: false,
  absentValueDim: "required",
};

export const deepseekArchitecture = architectureOf<Variant>(
  {
    deepseek_v2: { ...deepseekV3, mlpBias: "flag" },
    deepseek_v3: deepseekV3,
    kimi_k2: deepseekV3,
    minicpm3: { mlpBias: "flag", experts: false, absentTied: true, absentValueDim: "hidden / heads" },
  },
  readDeepseek,
);

interface LatentAttention {
  /** Query latent rank; null: queries come from hidden states. */
  readonly queryRank: number | null;
  readonly keyValueRank: number;
  readonly nopeDim: number;
  readonly ropeDim: number;
  readonly valueHeadDim: number;
  readonly bias: boolean;
}

/**
 * Decoder with RMSNorm, multi-head latent attention and (except MiniCPM3) routed and shared experts after the first
 * layers. Layers for predicting further tokens are left out, as in transformers. Source: DeepSeek-V2, section 2.1,
 * https://arxiv.org/abs/2405.04434
 */
function readDeepseek(variant: Variant, config: ConfigReader): ModelParts {
  const sizes = readDecoder(config, variant);
  const { hiddenSize, layers, heads } = sizes;
  const attention = readLatentAttention(config, sizes, variant);
  const bias = variant.mlpBias === "flag" && config.flag("mlp_bias", false);
  const { queryRank, keyValueRank, nopeDim, ropeDim, valueHeadDim } = attention;
  const headDim = nopeDim + ropeDim;
  const layerNorms = 2 * hiddenSize + (queryRank ?? 0) + keyValueRank;
  const { feedForward, linears, ...mixture } = variant.experts
    ? readSharedMixture(config, sizes, bias)
    : {
        feedForward: { gated: true, width: sizes.intermediateSize },
        linears: gatedMlpLinears(sizes, "mlp", sizes.intermediateSize, { bias }),
      };
  return {
    family: variant.experts ? "mixture" : "llama",
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
      feedForward,
    },
    paths: ["model", "layers"],
    linears: [...latentAttentionLinears(sizes, attention), ...linears],
    ...mixture,
    norms: layers * layerNorms + hiddenSize,
  };
}

/** MLPs in the first layers, then routed experts beside shared experts. */
export function readSharedMixture(
  config: ConfigReader,
  sizes: Sizes,
  bias = false,
): Pick<ModelParts, "linears" | "experts" | "routers"> & { readonly feedForward: FeedForwardShape } {
  const { hiddenSize, intermediateSize, layers } = sizes;
  const experts = readExperts(config, layers, { count: "n_routed_experts", width: "moe_intermediate_size" });
  const sharedWidth = config.size("n_shared_experts") * experts.width;
  const denseLayers = config.count("first_k_dense_replace");
  const { chosen: dense, others: sparse } = splitLayers(layers, (layer) => layer < denseLayers);
  const mlp = (parent: string, width: number, inLayers: number[], more = {}) =>
    gatedMlpLinears(sizes, parent, width, { bias, qualified: true, inLayers, ...more });
  const perExpert = { ...ofExperts, qualified: false, bias: false, perLayer: experts.count };
  return {
    feedForward: expertsFeedForward(experts, sharedWidth, true),
    linears: [
      ...mlp("mlp", intermediateSize, dense),
      ...mlp("mlp.shared_experts", sharedWidth, sparse, ofSharedExperts),
    ],
    experts: mlp("mlp.experts.*", experts.width, sparse, perExpert),
    routers: [
      layerLinear(layers, "mlp.gate", hiddenSize, experts.count, "own", { inLayers: sparse, role: "router" }),
    ],
  };
}

function readLatentAttention(
  config: ConfigReader,
  { hiddenSize, heads }: Sizes,
  { absentValueDim }: Variant,
): LatentAttention {
  const fromHidden = (): number => {
    config.divisible("hidden_size", "num_attention_heads");
    return hiddenSize / heads;
  };
  return {
    queryRank: config.sizeOrNull("q_lora_rank"),
    keyValueRank: config.size("kv_lora_rank"),
    nopeDim: config.size("qk_nope_head_dim"),
    ropeDim: config.size("qk_rope_head_dim"),
    valueHeadDim:
      absentValueDim === "required" ? config.size("v_head_dim") : config.sizeOr("v_head_dim", fromHidden),
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
