import { changedConfigText, dtypeMember } from "./config-text.ts";
import type { FloatDType } from "./float-narrow.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import type { PeftAdapter } from "./peft-adapter.ts";

const CLASSIFIER_OUTPUT = /(^|\.)(score|classifier|classifier\.out_proj)\.weight$/;
const BACKBONE = /(ForCausalLM|LMHeadModel|ForMaskedLM|ForPreTraining|Model)$/;

/**
 * The base's config with what a merge changes: a classifier's class and number of labels when its trained head goes
 * along, an output layer of its own where the base's was tied, and the type of the weights where it was chosen.
 */
export function mergedConfig(
  config: JsonObject,
  adapter: PeftAdapter,
  dtype: FloatDType | undefined,
): JsonObject {
  const merged: JsonObject = { ...config };
  const { heads, taskType } = adapter;
  if (taskType === "SEQ_CLS") {
    const output = [...heads].findLast(([name]) => CLASSIFIER_OUTPUT.test(name));
    if (output !== undefined) describeClassifier(merged, output[1].shape[0] ?? 0);
  }
  if ([...heads.keys()].some((name) => /(^|\.)lm_head\.weight$/.test(name)))
    merged.tie_word_embeddings = false;
  return Object.assign(merged, dtypeMember(config, dtype));
}

/** {@link mergedConfig} of a config's text. What does not change stays as it is written, to the letter. */
export function mergedConfigText(text: string, adapter: PeftAdapter, dtype: FloatDType | undefined): string {
  return changedConfigText(text, (config) => mergedConfig(config, adapter, dtype));
}

function describeClassifier(config: JsonObject, labels: number): void {
  const [architecture] = Array.isArray(config.architectures) ? config.architectures : [];
  if (typeof architecture === "string")
    config.architectures = [architecture.replace(BACKBONE, "ForSequenceClassification")];
  if (isJsonObject(config.id2label) && Object.keys(config.id2label).length === labels) return;
  delete config.num_labels; // transformers derives it
  const names = Array.from({ length: labels }, (_, i): [string, string] => [String(i), `LABEL_${i}`]);
  config.id2label = Object.fromEntries(names);
  config.label2id = Object.fromEntries(names.map(([id, label]) => [label, Number(id)]));
}
