import type { ConfigReader } from "../config-reader.ts";
import type { BlockDropout, ModelType } from "../shape.ts";

interface Rates {
  /** Field with the rate on attention's probabilities, and the rate of a file without it. */
  readonly attention: readonly [field: string, absent: number];
  /** Field with the rate on results of hidden width, the rate of a file without it, and their count in a block. */
  readonly results?: readonly [field: string, absent: number, count: number];
}

const common: Rates = { attention: ["attention_dropout", 0] };
const hidden: Rates = { ...common, results: ["hidden_dropout", 0, 2] };
const bert: Rates = {
  attention: ["attention_probs_dropout_prob", 0.1],
  results: ["hidden_dropout_prob", 0.1, 2],
};

/** Rates by type. Source: transformers 5.24, each type's configuration and modeling */
const rates: { readonly [Type in ModelType]?: Rates } = {
  gpt2: { attention: ["attn_pdrop", 0.1], results: ["resid_pdrop", 0.1, 2] },
  phi: { ...common, results: ["resid_pdrop", 0, 2] },
  phi3: { ...common, results: ["resid_pdrop", 0, 2] },
  starcoder2: { ...common, results: ["residual_dropout", 0, 2] },
  seed_oss: { attention: ["attention_dropout", 0.1], results: ["residual_dropout", 0.1, 2] },
  gpt_neox: hidden,
  bloom: hidden,
  falcon: { ...common, results: ["hidden_dropout", 0, 1] },
  stablelm: { ...common, results: ["hidden_dropout", 0, 1] },
  qwen: { attention: ["attn_dropout_prob", 0] },
  bert,
  roberta: bert,
  "xlm-roberta": bert,
  distilbert: { attention: ["attention_dropout", 0.1], results: ["dropout", 0.1, 1] },
};

/** Dropout of a block in training; undefined if its rates are 0. */
export function readDropout(modelType: ModelType, config: ConfigReader): BlockDropout | undefined {
  const { attention, results } = rates[modelType] ?? common;
  const isOn = ([field, absent]: readonly [string, number, ...number[]]): boolean =>
    (config.fields[field] === null ? 0 : config.number(field, absent)) > 0;
  const dropout = { attention: isOn(attention), results: results && isOn(results) ? results[2] : 0 };
  return dropout.attention || dropout.results > 0 ? dropout : undefined;
}
