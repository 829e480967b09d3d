import { layerCount, tokenIds, vocabSize } from "./common.ts";
import { AS_IS, type GgufFamily } from "./family.ts";

/** GPT-2, whose linear layers are Conv1D: `[in, out]`. */
export const gpt2: GgufFamily = {
  modelTypes: ["gpt2"],
  modules: {
    token_embd: "transformer.wte",
    position_embd: "transformer.wpe",
    output_norm: "transformer.ln_f",
    output: "lm_head",
  },
  layer: {
    path: "transformer.h.*.",
    modules: {
      attn_norm: "ln_1",
      attn_qkv: "attn.c_attn",
      attn_output: "attn.c_proj",
      ffn_norm: "ln_2",
      ffn_up: "mlp.c_fc",
      ffn_down: "mlp.c_proj",
    },
  },
  derived: [],
  transform: (name) =>
    /^(attn_qkv|attn_output|ffn_up|ffn_down)\.weight$/.test(name) ? { kind: "transposed" } : AS_IS,
  config(model) {
    const { metadata, architecture: a } = model;
    const hiddenSize = metadata.size(`${a}.embedding_length`);
    const positions = metadata.size(`${a}.context_length`);
    return {
      architectures: ["GPT2LMHeadModel"],
      model_type: "gpt2",
      vocab_size: vocabSize(model, hiddenSize),
      n_positions: positions,
      n_ctx: positions,
      n_embd: hiddenSize,
      n_layer: layerCount(model),
      n_head: metadata.size(`${a}.attention.head_count`),
      n_inner: metadata.size(`${a}.feed_forward_length`),
      layer_norm_epsilon: metadata.positive(`${a}.attention.layer_norm_epsilon`),
      activation_function: "gelu_new",
      tie_word_embeddings: !model.tensors.has("output.weight"),
      ...tokenIds(model),
    };
  },
};
