import type { FloatTensorDType } from "./dtype.ts";
import { type JsonObject, parseJsonObject } from "./json.ts";

/** Rewrites a config's JSON text; members whose value stays are copied to the letter. */
export function changedConfigText(text: string, change: (config: JsonObject) => JsonObject): string {
  const config = parseJsonObject(text, "config.json");
  const written = jsonMembers(text);
  const lines = Object.entries(change(config)).map(([key, value]) => {
    const same = Object.hasOwn(config, key) && config[key] === value;
    const raw = same ? written.get(key) : undefined;
    // Class names in label2id would match the float rule, such as "range"; their values are ids.
    const made = key === "label2id" ? JSON.stringify(value, null, 2) : configText(value);
    return `  ${JSON.stringify(key)}: ${raw ?? made.replaceAll("\n", "\n  ")}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

// Float fields, by name end: transformers refuses 30 in place of 30.0.
const FLOATS = /(softcapping|theta|scalar|factor|multiplier|eps|dropout|range|threshold)$/;

/** Config as JSON text, with decimal points for floats. */
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

export function dtypeMember(config: JsonObject, dtype: FloatTensorDType | undefined): JsonObject {
  if (dtype === undefined) return {};
  return { ["dtype" in config ? "dtype" : "torch_dtype"]: DTYPE_NAMES[dtype] };
}

/** Text of each member of a valid JSON object, by name: `1.0` stays, which JSON.parse cannot tell from 1. */
export function jsonMembers(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let at = text.indexOf("{") + 1;
  for (;;) {
    at = skip(text, at, /[\s,]/);
    if (text[at] !== '"') return members;
    const afterKey = endOfValue(text, at);
    const key = JSON.parse(text.slice(at, afterKey)) as string;
    const start = skip(text, skip(text, afterKey, /\s/) + 1, /\s/);
    at = endOfValue(text, start);
    members.set(key, text.slice(start, at).trimEnd());
  }
}

function skip(text: string, at: number, what: RegExp): number {
  while (at < text.length && what.test(text[at]!)) at++;
  return at;
}

/** Index after the value at `at`; also after blanks unless it is a string. */
function endOfValue(text: string, at: number): number {
  let depth = 0;
  for (; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') {
      for (at++; text[at] !== '"'; at++) if (text[at] === "\\") at++;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && ",}]".includes(character)) {
      return at;
    } else if (character === "{" || character === "[") {
      depth++;
    } else if (character === "}" || character === "]") {
      depth--;
    }
  }
  return at;
}
