import type { FloatTensorDType } from "./dtype.ts";
import { type JsonObject, parseJsonObject } from "./json.ts";
import { jsonMembers } from "./json-members.ts";

/** The text of `changed`, made from the config that `text` holds. What is the same stays as it is written, to the letter. */
export function changedConfigText(text: string, change: (config: JsonObject) => JsonObject): string {
  const config = parseJsonObject(text, "config.json");
  const written = jsonMembers(text);
  const lines = Object.entries(change(config)).map(([key, value]) => {
    const same = Object.hasOwn(config, key) && config[key] === value;
    const raw = same ? written.get(key) : undefined;
    // Its keys are names of classes: one called "range" has an id all the same, and no float.
    const made = key === "label2id" ? JSON.stringify(value, null, 2) : configText(value);
    return `  ${JSON.stringify(key)}: ${raw ?? made.replaceAll("\n", "\n  ")}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

// Where transformers asks for a float and refuses 30 in the place of 30.0.
const FLOATS = /(softcapping|theta|scalar|factor|multiplier|eps|dropout|range|threshold)$/;

/** The text of a config that was made and not read, with a decimal point in the numbers that need one. */
export function configText(config: unknown): string {
  const lines = JSON.stringify(config, null, 2).split("\n");
  return lines
    .map((line) =>
      line.replace(/^(\s*"(\w+)": -?\d+)(,?)$/, (all, number, key, comma) =>
        FLOATS.test(key) ? `${number}.0${comma}` : all,
      ),
    )
    .join("\n");
}

const DTYPE_NAMES: Readonly<Record<FloatTensorDType, string>> = {
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
};

/** The member of `config` that says the type of the weights; none where it was not chosen. */
export function dtypeMember(config: JsonObject, dtype: FloatTensorDType | undefined): JsonObject {
  if (dtype === undefined) return {};
  return { ["dtype" in config ? "dtype" : "torch_dtype"]: DTYPE_NAMES[dtype] };
}
