import type { ConfigReader } from "../config-reader.ts";
import type { LinearInput, ModelLinear } from "../linear-shapes.ts";
import type { ModelParts } from "../parts.ts";
import {
  type AttentionRules,
  architectureOf,
  attentionLinears,
  everyProjection,
  type GroupedAttention,
  gatedMlpLinears,
  layerLinear,
  plainFeedForward,
  readDecoder,
  readGroupedAttention,
  type Sizes,
} from "./blocks.ts";

/** Decoder variant. Source: transformers 5.24, each type's configuration and modeling. */
interface Variant extends AttentionRules {
  readonly output: "o_proj" | "dense";
  readonly mlp: readonly [up: string, down: string] | "gated";
  /** Activation of a plain MLP if the config names none (default `gelu`). */
  readonly activation?: string;
  readonly mlpBias: "always" | "never" | "as attention" | "mlp_bias";
  /** Attention and MLP read the same norm's output in parallel; the flag is false if absent. */
  readonly parallel: "always" | "never" | "use_parallel_residual";
  /** Elements in query and key norms under `qk_layernorm`; null: no such flag. */
  readonly queryKeyNormParams: ((attention: GroupedAttention) => number) | null;
  readonly headBias: boolean;
  readonly absentTied: boolean;
}

export const layernormArchitecture = architectureOf<Variant>(
  {
    phi: {
      attentionBias: ["q_proj", "k_proj", "v_proj", "dense"],
      absentKvHeads: "heads",
      absentHeadDim: "never read",
      output: "dense",
      mlp: ["fc1", "fc2"],
      activation: "gelu_new",
      mlpBias: "always",
      parallel: "always",
      queryKeyNormParams: ({ headDim }) => 2 * 2 * headDim, // shared by all heads, gain and bias
      headBias: true,
      absentTied: false,
    },
    stablelm: {
      attentionBias: ["q_proj", "k_proj", "v_proj"],
      attentionBiasFlag: { field: "use_qkv_bias", absent: false },
      absentKvHeads: "required",
      absentHeadDim: "never read",
      output: "o_proj",
      mlp: "gated",
      mlpBias: "never",
      parallel: "use_parallel_residual",
      queryKeyNormParams: ({ queryDim, kvDim }) => queryDim + kvDim, // per head, gain alone
      headBias: false,
      absentTied: false,
    },
    nemotron: {
      attentionBias: everyProjection,
      attentionBiasFlag: { field: "attention_bias", absent: false },
      absentKvHeads: "required",
      absentHeadDim: "hidden / heads",
      output: "o_proj",
      mlp: ["up_proj", "down_proj"],
      mlpBias: "mlp_bias",
      parallel: "never",
      queryKeyNormParams: null,
      headBias: false,
      absentTied: false,
    },
    starcoder2: {
      attentionBias: ["q_proj", "k_proj", "v_proj", "o_proj"],
      attentionBiasFlag: { field: "use_bias", absent: true },
      absentKvHeads: "required",
      absentHeadDim: "hidden / heads",
      output: "o_proj",
      mlp: ["c_fc", "c_proj"],
      mlpBias: "as attention",
      parallel: "never",
      queryKeyNormParams: null,
      headBias: false,
      absentTied: true,
    },
  },
  readLayernorm,
);

function readLayernorm(variant: Variant, config: ConfigReader): ModelParts {
  const { parallel, queryKeyNormParams, output, headBias } = variant;
  const sizes = readDecoder(config, variant);
  const attention = readGroupedAttention(config, sizes, variant);
  const isParallel =
    parallel === "use_parallel_residual" ? config.flag(parallel, false) : parallel === "always";
  const queryKeyNorm = queryKeyNormParams !== null && config.flag("qk_layernorm", false);

  const { hiddenSize, intermediateSize, layers } = sizes;
  const { kvHeads, headDim, queryDim, kvDim, hasBias } = attention;
  const bias = {
    always: () => true,
    never: () => false,
    "as attention": () => hasBias("q_proj"),
    mlp_bias: () => config.flag("mlp_bias", false),
  }[variant.mlpBias]();
  const norms = isParallel ? 1 : 2;
  const layerNorms = norms * 2 * hiddenSize + (queryKeyNorm ? (queryKeyNormParams?.(attention) ?? 0) : 0);
  return {
    family: "gpt2",
    ...sizes,
    kvHeads,
    headDim,
    block: {
      norm: "layernorm",
      norms,
      normInputs: norms,
      queryKeyNorm,
      queryDim,
      keyDim: kvDim,
      valueDim: kvDim,
      fusedQkv: false,
      feedForward:
        variant.mlp === "gated"
          ? { gated: true, width: intermediateSize }
          : plainFeedForward(config, intermediateSize, variant.activation),
    },
    paths: ["model", "layers"],
    linears: [
      ...attentionLinears(sizes, attention, { output }),
      ...mlpLinears(variant, sizes, { bias, reads: isParallel ? "attention" : "feed-forward" }),
    ],
    norms: layers * layerNorms + 2 * hiddenSize, // + 2 hiddenSize: final norm
    output: { ...sizes.output, bias: headBias },
  };
}

function mlpLinears(
  { mlp }: Variant,
  sizes: Sizes,
  { bias, reads }: { bias: boolean; reads: LinearInput },
): ModelLinear[] {
  const { hiddenSize, intermediateSize: width, layers } = sizes;
  if (mlp === "gated") return gatedMlpLinears(sizes, "mlp", width, { bias, reads });
  const [up, down] = mlp;
  return [
    layerLinear(layers, `mlp.${up}`, hiddenSize, width, reads, { bias }),
    layerLinear(layers, `mlp.${down}`, width, hiddenSize, "feed-forward output", { bias }),
  ];
}
