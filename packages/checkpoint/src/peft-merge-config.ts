import type { FloatDType } from "./float-narrow.ts";
import { isJsonObject, type JsonObject, parseJsonObject } from "./json.ts";
import { jsonMembers } from "./json-members.ts";
import type { PeftAdapter } from "./peft-adapter.ts";

const CLASSIFIER_OUTPUT = /(^|\.)(score|classifier|classifier\.out_proj)\.weight$/;
const BACKBONE = /(ForCausalLM|LMHeadModel|ForMaskedLM|ForPreTraining|Model)$/;
const DTYPE_NAMES: Readonly<Record<FloatDType, string>> = {
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
};

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
  if (dtype !== undefined) merged["dtype" in config ? "dtype" : "torch_dtype"] = DTYPE_NAMES[dtype];
  return merged;
}

/** {@link mergedConfig} of a config's text. What does not change stays as it is written, to the letter. */
export function mergedConfigText(text: string, adapter: PeftAdapter, dtype: FloatDType | undefined): string {
  const config = parseJsonObject(text, "config.json");
  const merged = mergedConfig(config, adapter, dtype);
  const written = jsonMembers(text);
  const lines = Object.entries(merged).map(([key, value]) => {
    const same = Object.hasOwn(config, key) && config[key] === value;
    const raw = same ? written.get(key) : undefined;
    return `  ${JSON.stringify(key)}: ${raw ?? JSON.stringify(value, null, 2).replaceAll("\n", "\n  ")}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

// Where transformers asks for a float and refuses 30 in the place of 30.0.
const FLOATS = /(softcapping|theta|scalar|factor|multiplier|eps|dropout|range)$/;

/** The text of a config that was made and not read, with a decimal point in the numbers that need one. */
export function configText(config: JsonObject): string {
  const lines = JSON.stringify(config, null, 2).split("\n");
  return lines
    .map((line) =>
      line.replace(/^(\s*"(\w+)": -?\d+)(,?)$/, (all, number, key, comma) =>
        FLOATS.test(key) ? `${number}.0${comma}` : all,
      ),
    )
    .join("\n");
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
