import { DECODER_LAYER, DECODER_MODULES, decoderConfig } from "./common.ts";
import { AS_IS, type GgufFamily } from "./family.ts";
import { longRopeScaling, ropeScaling } from "./rope-scaling.ts";

/** Phi-3: one matrix for queries, keys and values, and one for gate and up. */
export const phi3: GgufFamily = {
  modelTypes: ["phi3"],
  modules: DECODER_MODULES,
  layer: {
    path: DECODER_LAYER,
    modules: {
      attn_qkv: "self_attn.qkv_proj",
      attn_output: "self_attn.o_proj",
      ffn_up: "mlp.gate_up_proj",
      ffn_down: "mlp.down_proj",
      attn_norm: "input_layernorm",
      ffn_norm: "post_attention_layernorm",
    },
  },
  derived: ["rope_factors_long.weight", "rope_factors_short.weight"],
  transform: () => AS_IS,
  config(model) {
    const { metadata, architecture: a } = model;
    const sizes = decoderConfig(model);
    const rotated = metadata.sizeOr(`${a}.rope.dimension_count`, sizes.head_dim);
    const window = metadata.count(`${a}.attention.sliding_window`); // 0 says that there is none
    return {
      architectures: ["Phi3ForCausalLM"],
      model_type: "phi3",
      ...sizes,
      hidden_act: "silu",
      partial_rotary_factor: rotated / sizes.head_dim,
      rope_scaling: longRopeScaling(model, rotated) ?? ropeScaling(model),
      original_max_position_embeddings: metadata.size(`${a}.rope.scaling.original_context_length`),
      sliding_window: window === 0 ? null : window,
    };
  },
};
