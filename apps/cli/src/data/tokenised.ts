import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import type { ModelTokenizer } from "@lorank/checkpoint";
import { modelAt, readModelConfig, readModelTokenizer } from "@lorank/checkpoint/files";
import type { TokenInputs } from "@lorank/train/data";
import { createTokenizer, type TextTokenizer } from "@lorank/train/tokenizer";
import { packageVersion } from "../version.ts";
import { remembered, type TokenCache } from "./token-cache.ts";

/** Raise it when the same inputs give other tokens, or tokens in another form, within one version. */
const FORM = 3;

/** Everything that tokens depend on but the tokenizer. */
interface Inputs extends TokenInputs {
  /** Most tokens of one example. */
  readonly maxLength: number;
}

/**
 * What `tokenise` makes of these inputs with the tokenizer of `modelPath`, which must be plain JSON: kept for the next
 * command that asks for the same. Not kept is what a chat template makes that writes the date.
 */
export function tokenised<T>(
  modelPath: string,
  inputs: Inputs,
  tokenise: (tokenizer: TextTokenizer) => T,
  cache?: TokenCache,
): T {
  const read = readModelTokenizer(modelPath);
  const make = (): T => tokenise(createTokenizer(modelAt(modelPath)));
  if (inputs.usesChatTemplate && read.chatTemplate?.includes("strftime_now")) return make();
  return remembered(tokensKey(read, modelType(modelPath), inputs), make, cache);
}

/** SHA-256 of all that the tokens depend on. */
export function tokensKey(
  { tokenizer, config, chatTemplate }: Omit<ModelTokenizer, "source">,
  type: unknown,
  { settings, maxLength, parts }: Omit<Inputs, "usesChatTemplate">,
): string {
  const hash = createHash("sha256");
  const add = (value: unknown): void => void hash.update(`${JSON.stringify(value)}\n`);
  add([FORM, packageVersion(), trainVersion(), type ?? null, maxLength, settings]);
  add([config, chatTemplate]);
  add(tokenizer);
  for (const rows of parts) {
    add(rows.length);
    for (const row of rows) add(row); // one at a time: all together may be longer than a string can be
  }
  return hash.digest("hex");
}

/** The tokenizer's class depends on it where the files name none. */
function modelType(modelPath: string): unknown {
  return readModelConfig(modelPath).config.model_type;
}

/** Packages are released alone, and this one holds the tokenizer. */
function trainVersion(): string {
  const { version } = createRequire(import.meta.url)("@lorank/train/package.json") as { version: string };
  return version;
}
