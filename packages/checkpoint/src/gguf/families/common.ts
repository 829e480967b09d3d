import type { JsonObject } from "../../json.ts";
import { bad } from "../cursor.ts";
import type { GgufModel } from "./family.ts";

// RoPE's base theta where a file names none. Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
export const USUAL_ROPE_THETA = 10_000;

export function decoderConfig(model: GgufModel): JsonObject & DecoderSizes {
  const { metadata, architecture: a } = model;
  const hiddenSize = metadata.size(`${a}.embedding_length`);
  const heads = metadata.size(`${a}.attention.head_count`);
  const kvHeads = metadata.sizeOr(`${a}.attention.head_count_kv`, heads);
  metadata.check(
    heads % kvHeads === 0,
    `${a}.attention.head_count_kv`,
    `a divisor of ${heads}, the head count`,
  );
  return {
    vocab_size: vocabSize(model, hiddenSize),
    hidden_size: hiddenSize,
    intermediate_size: metadata.size(`${a}.feed_forward_length`),
    num_hidden_layers: layerCount(model),
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    head_dim: headDim(model, hiddenSize, heads),
    max_position_embeddings: metadata.size(`${a}.context_length`),
    rms_norm_eps: metadata.positive(`${a}.attention.layer_norm_rms_epsilon`),
    rope_theta: metadata.positiveIfAny(`${a}.rope.freq_base`) ?? USUAL_ROPE_THETA,
    tie_word_embeddings: !model.tensors.has("output.weight"),
    ...tokenIds(model),
  };
}

interface DecoderSizes {
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads: number;
  readonly head_dim: number;
}

function headDim({ metadata, architecture: a, file }: GgufModel, hiddenSize: number, heads: number): number {
  const key = `${a}.attention.key_length`;
  if (metadata.has(key)) {
    const dim = metadata.size(key);
    const valueKey = `${a}.attention.value_length`;
    metadata.check(metadata.sizeOr(valueKey, dim) === dim, valueKey, `${key}, ${dim}`);
    return dim;
  }
  if (hiddenSize % heads === 0) return hiddenSize / heads;
  metadata.finish();
  throw bad(file, `"${a}.embedding_length" must be a multiple of the head count ${heads}, got ${hiddenSize}`);
}

/** Vocabulary size: the token embedding's rows, checked against the metadata. */
export function vocabSize(model: GgufModel, hiddenSize: number): number {
  const { metadata, architecture, tensors, file } = model;
  const embedding = tensors.get("token_embd.weight");
  if (embedding === undefined) throw bad(file, 'must hold the tensor "token_embd.weight", got none');
  const [rows, columns] = embedding.shape;
  if (embedding.shape.length !== 2 || columns !== hiddenSize) {
    metadata.finish();
    throw bad(
      file,
      `tensor "token_embd.weight" must be [vocabulary, ${hiddenSize}], as "${architecture}.embedding_length" says, got [${embedding.shape}]`,
    );
  }
  const key = `${architecture}.vocab_size`;
  if (metadata.has(key))
    metadata.check(metadata.size(key) === rows, key, `${rows}, the rows of token_embd.weight`);
  return rows!;
}

/** Layer count from the tensors, checked against the metadata. */
export function layerCount({ metadata, architecture, tensors }: GgufModel): number {
  const key = `${architecture}.block_count`;
  const layers = metadata.size(key);
  // Distinct layer numbers are counted, since a tensor name may hold any number.
  const count = new Set([...tensors.keys()].flatMap((name) => /^blk\.(\d{1,9})\./.exec(name)?.[1] ?? []))
    .size;
  metadata.check(layers === count, key, `${count}, as many layers as the tensors have`);
  return count;
}

/** Special token ids; null where the file names none, as in a Hugging Face config. */
export function tokenIds({ metadata }: GgufModel): JsonObject {
  const id = (name: string) => metadata.countIfAny(`tokenizer.ggml.${name}_token_id`) ?? null;
  return { bos_token_id: id("bos"), eos_token_id: id("eos"), pad_token_id: id("padding") };
}

/** Throws for rotary embedding of a part of each head, which these families do not have. */
export function assertWholeRotation(model: GgufModel, headDim: number): void {
  const key = `${model.architecture}.rope.dimension_count`;
  if (model.metadata.has(key)) {
    model.metadata.check(model.metadata.size(key) === headDim, key, `${headDim}, the size of a head`);
  }
}

export const SELF_ATTENTION = {
  attn_q: "self_attn.q_proj",
  attn_k: "self_attn.k_proj",
  attn_v: "self_attn.v_proj",
  attn_output: "self_attn.o_proj",
} as const;

export const GATED_MLP = {
  ffn_gate: "mlp.gate_proj",
  ffn_up: "mlp.up_proj",
  ffn_down: "mlp.down_proj",
} as const;

export const DECODER_MODULES = {
  token_embd: "model.embed_tokens",
  output_norm: "model.norm",
  output: "lm_head",
} as const;

export const DECODER_LAYER = "model.layers.*.";
