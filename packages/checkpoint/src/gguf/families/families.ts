import type { JsonObject } from "../../json.ts";
import { bad } from "../cursor.ts";
import {
  assertWholeRotation,
  DECODER_LAYER,
  DECODER_MODULES,
  decoderConfig,
  GATED_MLP,
  layerCount,
  SELF_ATTENTION,
  tokenIds,
  vocabSize,
} from "./common.ts";
import { AS_IS, type GgufFamily, type GgufModel, type HeadCounts, type Transform } from "./family.ts";
import { gemma2, gemma3 } from "./gemma.ts";
import { llama3Scaling, longRopeScaling, ropeScaling } from "./rope-scaling.ts";

/** Llama, and models written under that name: Mistral, SmolLM2 and others that differ in numbers only. */
const llama: GgufFamily = {
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
      attention_bias: model.tensors.has("blk.0.attn_q.bias"),
      mlp_bias: model.tensors.has("blk.0.ffn_up.bias"),
    };
  },
};

/**
 * Converter's change to a tensor: halves of each head interleaved, in queries and keys. Source: LlamaModel.permute of
 * llama.cpp's converter.
 */
function interleavedQueriesAndKeys(name: string, counts: HeadCounts): Transform {
  if (!/^attn_[qk]\./.test(name)) return AS_IS;
  return { kind: "interleaved-heads", heads: name.startsWith("attn_q") ? counts.heads : counts.kvHeads };
}

const qwenModules = {
  ...SELF_ATTENTION,
  ...GATED_MLP,
  attn_norm: "input_layernorm",
  ffn_norm: "post_attention_layernorm",
};

/** Qwen2 and Qwen2.5, without attention windows: no GGUF has them in the last layers alone. */
const qwen2: GgufFamily = {
  modelTypes: ["qwen2"],
  modules: DECODER_MODULES,
  layer: { path: DECODER_LAYER, modules: qwenModules },
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

const qwen3: GgufFamily = {
  ...qwen2,
  modelTypes: ["qwen3"],
  layer: {
    path: DECODER_LAYER,
    modules: { ...qwenModules, attn_q_norm: "self_attn.q_norm", attn_k_norm: "self_attn.k_norm" },
  },
  config: (model) => ({
    ...qwen2.config(model),
    architectures: ["Qwen3ForCausalLM"],
    model_type: "qwen3",
    attention_bias: model.tensors.has("blk.0.attn_q.bias"),
  }),
};

const phi3: GgufFamily = {
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
    const window = metadata.count(`${a}.attention.sliding_window`); // 0: no window
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

/** GPT-2, whose linear layers are Conv1D: `[in, out]`. */
const gpt2: GgufFamily = {
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

/** BERT as an encoder: files lack pooler and language-model head. */
const bert: GgufFamily = {
  modelTypes: ["bert"],
  modules: {
    token_embd: "embeddings.word_embeddings",
    position_embd: "embeddings.position_embeddings",
    token_types: "embeddings.token_type_embeddings",
    token_embd_norm: "embeddings.LayerNorm",
  },
  layer: {
    path: "encoder.layer.*.",
    modules: {
      attn_q: "attention.self.query",
      attn_k: "attention.self.key",
      attn_v: "attention.self.value",
      attn_output: "attention.output.dense",
      attn_output_norm: "attention.output.LayerNorm",
      ffn_up: "intermediate.dense",
      ffn_down: "output.dense",
      layer_output_norm: "output.LayerNorm",
    },
  },
  derived: [],
  transform: () => AS_IS,
  config(model) {
    const { metadata, architecture: a } = model;
    const hiddenSize = metadata.size(`${a}.embedding_length`);
    return {
      architectures: ["BertModel"],
      model_type: "bert",
      vocab_size: vocabSize(model, hiddenSize),
      hidden_size: hiddenSize,
      num_hidden_layers: layerCount(model),
      num_attention_heads: metadata.size(`${a}.attention.head_count`),
      intermediate_size: metadata.size(`${a}.feed_forward_length`),
      max_position_embeddings: metadata.size(`${a}.context_length`),
      type_vocab_size: tokenTypes(model),
      layer_norm_eps: metadata.positive(`${a}.attention.layer_norm_epsilon`),
      hidden_act: "gelu",
      position_embedding_type: "absolute",
      ...tokenIds(model),
    };
  },
};

function tokenTypes({ tensors, file }: GgufModel): number {
  const rows = tensors.get("token_types.weight")?.shape[0];
  if (rows === undefined) throw bad(file, 'must hold the tensor "token_types.weight", got none');
  return rows;
}

export const FAMILIES: ReadonlyMap<string, GgufFamily> = new Map(
  Object.entries({ llama, qwen2, qwen3, gemma2, gemma3, phi3, gpt2, bert }),
);
