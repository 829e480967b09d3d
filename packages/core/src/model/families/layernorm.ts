import type { LinearInput, ModelLinear } from "../linear-shapes.ts";
import type { ModelHead, ModelShape, ModelType } from "../shape.ts";
import type { ConfigReader } from "./config-reader.ts";
import { decoderShape, type LayerPlace, layerLinear, layerPlace } from "./decoder.ts";
import { familyOf } from "./family.ts";
import { gatedMlpLinears } from "./gated-mlp.ts";
import {
  type AttentionRules,
  attentionLinears,
  type GroupedAttention,
  readGroupedAttention,
} from "./grouped-attention.ts";

/** How one model type differs from the next. Source: transformers 5.24, configuration and modeling of each type. */
interface Variant extends AttentionRules {
  readonly output: "o_proj" | "dense";
  /** The plain MLP's two layers, or three of a gated one. */
  readonly mlp: readonly [up: string, down: string] | "gated";
  readonly mlpBias: "always" | "never" | "as attention";
  /** Attention and MLP read one norm's output side by side: always, never, or as a flag says that is false if absent. */
  readonly parallel: "always" | "never" | "use_parallel_residual";
  /** Elements of both norms on queries and keys where `qk_layernorm` is set; null: there is no such flag. */
  readonly queryKeyNormParams: ((attention: GroupedAttention) => number) | null;
  readonly headBias: boolean;
  readonly absentTied: boolean;
}

export const layernormFamily = familyOf<Variant>(
  {
    phi: {
      attentionBias: ["q_proj", "k_proj", "v_proj", "dense"],
      absentKvHeads: "heads",
      absentHeadDim: "never read",
      output: "dense",
      mlp: ["fc1", "fc2"],
      mlpBias: "always",
      parallel: "always",
      queryKeyNormParams: ({ headDim }) => 2 * 2 * headDim, // one for all heads, gain and bias
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
      queryKeyNormParams: ({ queryDim, kvDim }) => queryDim + kvDim, // one a head, gain alone
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
  { kind: "causal-lm" },
  layernormShape,
);

/** Shape of a decoder with LayerNorm, rotary positions and a matrix each for q, k and v. */
function layernormShape(
  modelType: ModelType,
  variant: Variant,
  config: ConfigReader,
  head: ModelHead,
): ModelShape {
  const hiddenSize = config.size("hidden_size");
  const intermediateSize = config.size("intermediate_size");
  const layers = config.size("num_hidden_layers");
  const attention = readGroupedAttention(config, hiddenSize, variant);
  const vocabSize = config.size("vocab_size");
  const { parallel, queryKeyNormParams, output, headBias } = variant;
  const isParallel =
    parallel === "use_parallel_residual" ? config.flag(parallel, false) : parallel === "always";
  const queryKeyNorm = queryKeyNormParams !== null && config.flag("qk_layernorm", false);
  const tied = head.kind === "causal-lm" && config.flag("tie_word_embeddings", variant.absentTied);
  config.finish();

  const { heads, kvHeads, headDim, queryDim, kvDim, hasBias } = attention;
  const place = layerPlace("model", "layers", layers, head);
  const mlpBias = variant.mlpBias === "as attention" ? hasBias("q_proj") : variant.mlpBias === "always";
  const norms = isParallel ? 1 : 2;
  const layerNorms = norms * 2 * hiddenSize + (queryKeyNorm ? (queryKeyNormParams?.(attention) ?? 0) : 0);
  return decoderShape({
    modelType,
    family: "gpt2",
    head,
    hiddenSize,
    intermediateSize,
    layers,
    heads,
    kvHeads,
    headDim,
    vocabSize,
    block: {
      norm: "layernorm",
      norms,
      normInputs: norms,
      queryKeyNorm,
      queryDim,
      keyDim: kvDim,
      valueDim: kvDim,
      fusedQkv: false,
      feedForward: { gated: variant.mlp === "gated", width: intermediateSize },
    },
    tied,
    linears: [
      ...attentionLinears(place, hiddenSize, attention, { output }),
      ...mlpLinears(variant, place, hiddenSize, intermediateSize, {
        bias: mlpBias,
        reads: isParallel ? "attention" : "feed-forward",
      }),
    ],
    norms: layers * layerNorms + 2 * hiddenSize, // + 2 hiddenSize: the norm behind the last layer
    headBias: headBias && head.kind === "causal-lm",
  });
}

function mlpLinears(
  { mlp }: Variant,
  place: LayerPlace,
  hiddenSize: number,
  width: number,
  { bias, reads }: { bias: boolean; reads: LinearInput },
): ModelLinear[] {
  if (mlp === "gated") return gatedMlpLinears(place, "mlp", hiddenSize, width, { bias, reads });
  const [up, down] = mlp;
  return [
    layerLinear(place, `mlp.${up}`, hiddenSize, width, reads, { bias }),
    layerLinear(place, `mlp.${down}`, width, hiddenSize, "feed-forward output", { bias }),
  ];
}
