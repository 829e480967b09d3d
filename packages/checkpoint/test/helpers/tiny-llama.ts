import { f32, type RawGguf, type RawTensor, type RawValue, text, u32 } from "./raw-gguf.ts";

const METADATA: Readonly<Record<string, RawValue>> = {
  "general.architecture": text("llama"),
  "llama.block_count": u32(1),
  "llama.context_length": u32(64),
  "llama.embedding_length": u32(8),
  "llama.feed_forward_length": u32(12),
  "llama.attention.head_count": u32(2),
  "llama.attention.layer_norm_rms_epsilon": f32(1e-5),
};

const TENSORS: Readonly<Record<string, RawTensor>> = {
  "token_embd.weight": { dimensions: [8, 5] },
  "blk.0.attn_q.weight": { dimensions: [8, 8] },
  "output_norm.weight": { dimensions: [8] },
};

/** A Llama of one layer, not all of it there, with changes; an undefined one removes. */
export function tinyLlama(
  metadata: Readonly<Record<string, RawValue | undefined>> = {},
  tensors: Readonly<Record<string, RawTensor | undefined>> = {},
): RawGguf {
  return {
    metadata: present({ ...METADATA, ...metadata }),
    tensors: present({ ...TENSORS, ...tensors }),
  };
}

function present<T>(entries: Readonly<Record<string, T | undefined>>): [string, T][] {
  return Object.entries(entries).filter((entry): entry is [string, T] => entry[1] !== undefined);
}
