import type { ModelType } from "@lorank/core/models";
import type { JsonObject } from "../../json.ts";
import type { GgufTensor } from "../header.ts";
import type { MetadataReader } from "../metadata.ts";

/** The change of a tensor's values from the file to the Hugging Face tensor of the same model. */
export type Transform =
  | { readonly kind: "as-is" }
  /** Rows of `heads` heads lie with the two halves of each head interleaved, as ggml's rotary positions want them. */
  | { readonly kind: "interleaved-heads"; readonly heads: number }
  /** The file holds 1 + w. */
  | { readonly kind: "one-added" }
  /** The file holds `[out, in]`, Hugging Face's Conv1D `[in, out]`. */
  | { readonly kind: "transposed" };

/** Everything about a GGUF that a family may look at. */
export interface GgufModel {
  readonly file: string;
  /** Prefix of the family's own metadata keys. */
  readonly architecture: string;
  readonly metadata: MetadataReader;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  /** The values of a small float32 tensor, by the file's name. */
  readFloat32(name: string): Float32Array;
}

/** Numbers of heads that share the rows of queries and of keys. */
export interface HeadCounts {
  readonly heads: number;
  readonly kvHeads: number;
}

/** One `general.architecture`: its tensors and its config in Hugging Face's terms. */
export interface GgufFamily {
  /** The `model_type`s that are written under this architecture. */
  readonly modelTypes: readonly ModelType[];
  /** Hugging Face paths of modules by the file's names, both without `.weight` and `.bias`. */
  readonly modules: Readonly<Record<string, string>>;
  /** The same inside layer `*`, which is `blk.*.` in the file. */
  readonly layer: { readonly path: string; readonly modules: Readonly<Record<string, string>> };
  /** Tensors that have no counterpart, for they repeat what the config says. */
  readonly derived: readonly string[];
  /** The converter's change to a tensor, by the file's name without `blk.*.`: `attn_q.weight`. */
  transform(name: string, counts: HeadCounts): Transform;
  config(model: GgufModel): JsonObject;
}

export const AS_IS: Transform = { kind: "as-is" };
