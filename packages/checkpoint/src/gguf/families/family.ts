import type { ModelType } from "@lorank/core/models";
import type { JsonObject } from "../../json.ts";
import type { GgufTensor } from "../header.ts";
import type { MetadataReader } from "../metadata.ts";

/** Change that llama.cpp's converter made to a tensor's values, from Hugging Face's to the file's. */
export type Transform =
  | { readonly kind: "as-is" }
  /** Interleaved halves of each head's rows, as ggml's rotary positions need. */
  | { readonly kind: "interleaved-heads"; readonly heads: number }
  /** Plus one: the file holds 1 + w. */
  | { readonly kind: "one-added" }
  /** Transposed: the file holds `[out, in]`, Hugging Face's Conv1D `[in, out]`. */
  | { readonly kind: "transposed" };

export interface GgufModel {
  readonly file: string;
  /** Architecture name, the prefix of the family's metadata keys. */
  readonly architecture: string;
  readonly metadata: MetadataReader;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  readFloat32(name: string): Float32Array;
}

export interface HeadCounts {
  readonly heads: number;
  readonly kvHeads: number;
}

export interface GgufFamily {
  readonly modelTypes: readonly ModelType[];
  /** Hugging Face paths of modules outside layers, by the file's names, without `.weight` and `.bias`. */
  readonly modules: Readonly<Record<string, string>>;
  /** Hugging Face path and modules of layer `*`, `blk.*.` in the file. */
  readonly layer: { readonly path: string; readonly modules: Readonly<Record<string, string>> };
  /** Names of derived tensors, which repeat the config and have no Hugging Face counterpart. */
  readonly derived: readonly string[];
  /** Change that the converter made to a tensor, by name without `blk.*.`: `attn_q.weight`. */
  transform(name: string, counts: HeadCounts): Transform;
  config(model: GgufModel): JsonObject;
}

export const AS_IS: Transform = { kind: "as-is" };
