import type { ConfigReader } from "../config-reader.ts";
import type { ModelParts } from "../parts.ts";
import {
  architectureOf,
  attentionLinears,
  everyProjection,
  expertsFeedForward,
  gatedMlpLinears,
  layerLinear,
  ofSharedExperts,
  preNormBlock,
  readDecoder,
  readExperts,
  readGroupedAttention,
  splitLayers,
} from "./blocks.ts";

/**
 * Llama 4: RMSNorm, grouped queries, and in some layers or all routed experts beside a shared expert with equal width.
 * Query and key norms have no gain. The checkpoint stacks a layer's experts too. Source: transformers 5.24,
 * configuration_llama4.py and modeling_llama4.py
 */
export const llama4Architecture = architectureOf(
  { llama4_text: {} },
  (_, config: ConfigReader): ModelParts => {
    const sizes = readDecoder(config, { absentTied: false });
    const { hiddenSize, intermediateSize: width, layers } = sizes;
    const attention = readGroupedAttention(config, sizes, {
      attentionBias: everyProjection,
      attentionBiasFlag: { field: "attention_bias", absent: false },
      absentKvHeads: "required",
      absentHeadDim: "hidden / heads",
    });
    const experts = readExperts(config, layers, { count: "num_local_experts", width: "intermediate_size" });
    const denseWidth = config.size("intermediate_size_mlp");
    const step = config.sizeOr("interleave_moe_layer_step", () => 1);
    const listed = config.has("moe_layers") ? config.indexes("moe_layers", layers) : undefined;
    const { chosen: sparse, others: dense } = splitLayers(
      layers,
      (layer) => listed?.includes(layer) ?? (layer + 1) % step === 0,
    );
    const { kvHeads, headDim } = attention;
    const stacked = { inLayers: sparse, perLayer: experts.count };
    return {
      family: "mixture",
      ...sizes,
      kvHeads,
      headDim,
      block: preNormBlock(attention, {
        queryKeyNorm: config.flag("use_qk_norm", true),
        feedForward: expertsFeedForward(experts, width),
      }),
      paths: ["model", "layers"],
      linears: [
        ...attentionLinears(sizes, attention),
        ...gatedMlpLinears(sizes, "feed_forward", denseWidth, { qualified: true, inLayers: dense }),
        ...gatedMlpLinears(sizes, "feed_forward.shared_expert", width, {
          ...ofSharedExperts,
          qualified: true,
          inLayers: sparse,
        }),
      ],
      experts: [
        layerLinear(layers, "feed_forward.experts.gate_up_proj", hiddenSize, 2 * width, "experts", stacked),
        layerLinear(layers, "feed_forward.experts.down_proj", width, hiddenSize, "own", stacked),
      ],
      routers: [
        layerLinear(layers, "feed_forward.router", hiddenSize, experts.count, "own", {
          role: "router",
          inLayers: sparse,
        }),
      ],
      norms: (2 * layers + 1) * hiddenSize,
      unmodelled: [
        {
          ...{ what: "activations of the experts that the router did not choose", direction: "more" },
          sentence:
            "Tokens are counted as passing through the experts that the router chose. transformers runs each token through all " +
            `${experts.count} of Llama 4 and drops the rest: not modelled, it keeps many times more.`,
        },
      ],
    };
  },
);
