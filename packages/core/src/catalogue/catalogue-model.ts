/** A published model, as far as its shapes are known here. */
export interface CatalogueModel {
  /** On the hub: `org/name`. */
  readonly id: string;
  /** Short names, and hub ids of models with the same shapes, such as those tuned for instructions. */
  readonly aliases: readonly string[];
  /** The fields of its `config.json` on which shapes depend, for `modelShapeFromConfig`. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * Parameters of the whole model as they are published, on its hub page or model card: exact, `8,030,261,248`, or
   * rounded, `671B`. A tied head that the hub's files hold a second time is counted twice there.
   */
  readonly parameters: string;
}

/** Sizes in the order of a `config.json` that has a Llama's field names. */
type DecoderSizes = readonly [
  hidden: number,
  intermediate: number,
  layers: number,
  heads: number,
  kvHeads: number,
  vocabulary: number,
];

/** The config of a decoder with a Llama's field names; `more` has the fields beside those. */
export function decoderConfig(
  modelType: string,
  [hidden, intermediate, layers, heads, kvHeads, vocabulary]: DecoderSizes,
  more: Readonly<Record<string, unknown>> = {},
): CatalogueModel["config"] {
  return {
    model_type: modelType,
    hidden_size: hidden,
    intermediate_size: intermediate,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    vocab_size: vocabulary,
    ...more,
  };
}

export const tied = { tie_word_embeddings: true };
export const untied = { tie_word_embeddings: false };
