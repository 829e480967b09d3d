import type { ConfigReader } from "../config-reader.ts";
import type { ModelParts } from "../parts.ts";

/** Fields of a config for the sizes that every model has. */
export interface SizeFields {
  readonly hidden: string;
  /** Null: no required field; 4 · hidden. */
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

/** Most layers: far more than any model has, and still quick to list, one object a layer and one name a weight. */
const MOST_LAYERS = 4_000;

/** Largest width of a hidden state or inside a block: 20 times the widest known, Llama 3.1 405B's 53,248. */
export const MOST_WIDTH = 2 ** 20;

/** Largest width of a head: 128 times the widest known, Gemma 4's 512. */
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

/** Reads a decoder's sizes, and whether its output is tied to its embedding. */
export function readDecoder(
  config: ConfigReader,
  {
    fields = llamaFields,
    absentTied,
  }: {
    readonly fields?: SizeFields;
    /** Default of `tie_word_embeddings`; undefined: none that a file may rely on. */
    readonly absentTied: boolean | undefined;
  },
): Sizes & { readonly output: { readonly tied: boolean } } {
  return {
    ...readSizes(config, fields),
    output: { tied: config.flag("tie_word_embeddings", absentTied) },
  };
}
