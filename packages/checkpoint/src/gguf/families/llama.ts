import type { JsonObject } from "../../json.ts";
import {
  assertWholeRotation,
  DECODER_LAYER,
  DECODER_MODULES,
  decoderConfig,
  GATED_MLP,
  hasTensor,
  SELF_ATTENTION,
} from "./common.ts";
import { AS_IS, type GgufFamily, type HeadCounts, type Transform } from "./family.ts";
import { llama3Scaling, ropeScaling } from "./rope-scaling.ts";

/** Llama, and what its converter writes under the same name: Mistral, SmolLM2 and others that differ in numbers only. */
export const llama: GgufFamily = {
  modelTypes: ["llama", "mistral"],
  modules: DECODER_MODULES,
  layer: {
    path: DECODER_LAYER,
    modules: {
      ...SELF_ATTENTION,
      ...GATED_MLP,
      attn_norm: "input_layernorm",
      ffn_norm: "post_attention_layernorm",
    },
  },
  derived: ["rope_freqs.weight", "attn_rot_embd.weight"],
  transform: interleavedQueriesAndKeys,
  config(model) {
    const { metadata, architecture: a } = model;
    const sizes = decoderConfig(model);
    assertWholeRotation(model, sizes.head_dim);
    const scaling = llama3Scaling(model, sizes.head_dim) ?? ropeScaling(model);
    const common: JsonObject = { ...sizes, hidden_act: "silu", rope_scaling: scaling };
    const window = metadata.countIfAny(`${a}.attention.sliding_window`) ?? 0;
    if (window > 0) {
      return {
        architectures: ["MistralForCausalLM"],
        model_type: "mistral",
        ...common,
        sliding_window: window,
      };
    }
    return {
      architectures: ["LlamaForCausalLM"],
      model_type: "llama",
      ...common,
      attention_bias: hasTensor(model, "blk.0.attn_q.bias"),
      mlp_bias: hasTensor(model, "blk.0.ffn_up.bias"),
    };
  },
};

/** Source: LlamaModel.permute of llama.cpp's converter. */
function interleavedQueriesAndKeys(name: string, counts: HeadCounts): Transform {
  if (!/^attn_[qk]\./.test(name)) return AS_IS;
  return { kind: "interleaved-heads", heads: name.startsWith("attn_q") ? counts.heads : counts.kvHeads };
}
