import type { ConfigReader } from "../config-reader.ts";
import type { ModelParts } from "../parts.ts";

/** What a config calls the sizes that every model has. */
export interface SizeFields {
  readonly hidden: string;
  /** Null: no field that must be there; 4 · hidden. */
  readonly intermediate: string | null;
  readonly layers: string;
  readonly heads: string;
}

export const llamaFields: SizeFields = {
  hidden: "hidden_size",
  intermediate: "intermediate_size",
  layers: "num_hidden_layers",
  heads: "num_attention_heads",
};

/** Each layer is an object, and each of its weights a name: far more than any model has, and still quick to list. */
const MOST_LAYERS = 4_000;

/** Of a hidden state and of what is inside a block: 20 times the widest known, Llama 3.1 405B's 53,248. */
export const MOST_WIDTH = 2 ** 20;

/** Of a head: 128 times the widest known, Gemma 4's 512. */
export const MOST_HEAD_WIDTH = 2 ** 16;

export type Sizes = Pick<ModelParts, "hiddenSize" | "intermediateSize" | "layers" | "heads" | "vocabSize">;

/** Reads the sizes that every model has. */
export function readSizes(config: ConfigReader, fields = llamaFields): Sizes {
  const { hidden, intermediate, layers, heads } = fields;
  const hiddenSize = config.size(hidden, MOST_WIDTH);
  return {
    hiddenSize,
    intermediateSize: intermediate === null ? 4 * hiddenSize : config.size(intermediate, MOST_WIDTH),
    layers: config.size(layers, MOST_LAYERS),
    heads: config.size(heads, MOST_WIDTH),
    vocabSize: config.size("vocab_size"),
  };
}

/** Reads a decoder's sizes, and whether its output is its embedding: what all decoders begin with. */
export function readDecoder(
  config: ConfigReader,
  {
    fields = llamaFields,
    absentTied,
  }: {
    readonly fields?: SizeFields;
    /** What an absent `tie_word_embeddings` means; undefined: nothing that a file may rely on. */
    readonly absentTied: boolean | undefined;
  },
): Sizes & { readonly output: { readonly tied: boolean } } {
  return {
    ...readSizes(config, fields),
    output: { tied: config.flag("tie_word_embeddings", absentTied) },
  };
}
