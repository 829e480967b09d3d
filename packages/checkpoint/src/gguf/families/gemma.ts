import type { JsonObject } from "../../json.ts";
import {
  DECODER_LAYER,
  DECODER_MODULES,
  decoderConfig,
  GATED_MLP,
  SELF_ATTENTION,
  USUAL_ROPE_THETA,
} from "./common.ts";
import { AS_IS, type GgufFamily, type GgufModel } from "./family.ts";
import { ropeScaling } from "./rope-scaling.ts";

const modules = {
  ...SELF_ATTENTION,
  ...GATED_MLP,
  attn_norm: "input_layernorm",
  post_attention_norm: "post_attention_layernorm",
  ffn_norm: "pre_feedforward_layernorm",
  post_ffw_norm: "post_feedforward_layernorm",
};

/** Gemma 2: every other layer has an attention window, beginning with the first. */
export const gemma2: GgufFamily = {
  modelTypes: ["gemma2"],
  modules: DECODER_MODULES,
  layer: { path: DECODER_LAYER, modules },
  derived: [],
  transform: (name) => (name.endsWith("norm.weight") ? { kind: "one-added" } : AS_IS),
  config(model) {
    const { metadata, architecture: a } = model;
    return {
      architectures: ["Gemma2ForCausalLM"],
      model_type: "gemma2",
      ...gemmaConfig(model, TWENTY_SEVEN_BILLION.gemma2, 2),
      attn_logit_softcapping: metadata.positive(`${a}.attn_logit_softcapping`),
      final_logit_softcapping: metadata.positive(`${a}.final_logit_softcapping`),
    };
  },
};

/** Gemma 3's text model: normed queries and keys; five layers in six have a window and separate rotary positions. */
export const gemma3: GgufFamily = {
  ...gemma2,
  modelTypes: ["gemma3_text"],
  layer: {
    path: DECODER_LAYER,
    modules: { ...modules, attn_q_norm: "self_attn.q_norm", attn_k_norm: "self_attn.k_norm" },
  },
  config(model) {
    const { metadata, architecture: a } = model;
    const period = metadata.sizeOr(`${a}.attention.sliding_window_pattern`, 6);
    return {
      architectures: ["Gemma3ForCausalLM"],
      model_type: "gemma3_text",
      ...gemmaConfig(model, TWENTY_SEVEN_BILLION.gemma3, period),
      sliding_window_pattern: period,
      rope_local_base_freq: metadata.positiveIfAny(`${a}.rope.freq_base_swa`) ?? USUAL_ROPE_THETA,
      attn_logit_softcapping: null,
      final_logit_softcapping: metadata.positiveIfAny(`${a}.final_logit_softcapping`) ?? null,
    };
  },
};

/** Layer counts of the 27B models, which alone scale attention by hidden / heads. Source: llama.cpp's loader. */
const TWENTY_SEVEN_BILLION = { gemma2: 46, gemma3: 62 } as const;

function gemmaConfig(model: GgufModel, layersOf27B: number, period: number): JsonObject {
  const { metadata, architecture: a } = model;
  const sizes = decoderConfig(model);
  const layers = sizes.num_hidden_layers;
  return {
    ...sizes,
    hidden_activation: "gelu_pytorch_tanh",
    rope_scaling: ropeScaling(model),
    attention_bias: false,
    query_pre_attn_scalar:
      layers === layersOf27B ? sizes.hidden_size / sizes.num_attention_heads : sizes.head_dim,
    sliding_window: metadata.size(`${a}.attention.sliding_window`),
    layer_types: Array.from({ length: layers }, (_, layer) =>
      (layer + 1) % period === 0 ? "full_attention" : "sliding_attention",
    ),
  };
}
