import {
  assertWholeRotation,
  DECODER_LAYER,
  DECODER_MODULES,
  decoderConfig,
  GATED_MLP,
  hasTensor,
  SELF_ATTENTION,
} from "./common.ts";
import { AS_IS, type GgufFamily } from "./family.ts";
import { ropeScaling } from "./rope-scaling.ts";

const modules = {
  ...SELF_ATTENTION,
  ...GATED_MLP,
  attn_norm: "input_layernorm",
  ffn_norm: "post_attention_layernorm",
};

/** Qwen2 and Qwen2.5. A window that only the last layers would have is in no file, nor in a model that is used. */
export const qwen2: GgufFamily = {
  modelTypes: ["qwen2"],
  modules: DECODER_MODULES,
  layer: { path: DECODER_LAYER, modules },
  derived: [],
  transform: () => AS_IS,
  config(model) {
    const sizes = decoderConfig(model);
    assertWholeRotation(model, sizes.head_dim);
    return {
      architectures: ["Qwen2ForCausalLM"],
      model_type: "qwen2",
      ...sizes,
      hidden_act: "silu",
      rope_scaling: ropeScaling(model),
      use_sliding_window: false,
      sliding_window: null,
    };
  },
};

/** Qwen3: norms on the heads of queries and keys, no biases. */
export const qwen3: GgufFamily = {
  ...qwen2,
  modelTypes: ["qwen3"],
  layer: {
    path: DECODER_LAYER,
    modules: { ...modules, attn_q_norm: "self_attn.q_norm", attn_k_norm: "self_attn.k_norm" },
  },
  config: (model) => ({
    ...qwen2.config(model),
    architectures: ["Qwen3ForCausalLM"],
    model_type: "qwen3",
    attention_bias: hasTensor(model, "blk.0.attn_q.bias"),
  }),
};
