import { changedConfigText, dtypeMember } from "../config-text.ts";
import type { FloatTensorDType } from "../dtype.ts";
import type { JsonObject } from "../json.ts";
import type { PeftAdapter } from "./adapter.ts";
import { classesOf, id2label, label2id, namesById } from "./class-names.ts";

const BACKBONE = /(ForCausalLM|LMHeadModel|ForMaskedLM|ForPreTraining|Model)$/;

/**
 * The base's config with what a merge changes: a classifier's class and the names of its labels when its trained head
 * goes along, an output layer of its own where the base's was tied, the type of the weights where it was chosen, and no
 * `quantization_config` where the weights left their 4 bits.
 */
export function mergedConfig(
  config: JsonObject,
  adapter: PeftAdapter,
  dtype: FloatTensorDType | undefined,
  dequantized = false,
): JsonObject {
  const merged: JsonObject = { ...config };
  if (dequantized) delete merged.quantization_config;
  const { heads, taskType } = adapter;
  const classes = taskType === "SEQ_CLS" ? classesOf(adapter) : undefined;
  if (classes !== undefined) describeClassifier(merged, classes, adapter.classNames);
  if ([...heads.keys()].some((name) => /(^|\.)lm_head\.weight$/.test(name)))
    merged.tie_word_embeddings = false;
  return Object.assign(merged, dtypeMember(config, dtype));
}

/** {@link mergedConfig} of a config's text. What does not change stays as it is written, to the letter. */
export function mergedConfigText(
  text: string,
  adapter: PeftAdapter,
  dtype: FloatTensorDType | undefined,
  dequantized = false,
): string {
  return changedConfigText(text, (config) => mergedConfig(config, adapter, dtype, dequantized));
}

function describeClassifier(
  config: JsonObject,
  classes: number,
  classNames: readonly string[] | undefined,
): void {
  const [architecture] = Array.isArray(config.architectures) ? config.architectures : [];
  if (typeof architecture === "string")
    config.architectures = [architecture.replace(BACKBONE, "ForSequenceClassification")];
  const own = namesById(config.id2label);
  const names = classNames ?? (own?.length === classes ? own : unnamed(classes));
  config.num_labels = classes;
  config.id2label = id2label(names);
  config.label2id = label2id(names);
}

/** As transformers calls classes that nobody named. */
function unnamed(classes: number): string[] {
  return Array.from({ length: classes }, (_, i) => `LABEL_${i}`);
}
