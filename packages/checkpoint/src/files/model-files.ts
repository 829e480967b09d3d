import { copyFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { isInputError } from "@lorank/core";
import type { ModelTokenizer } from "../model-tokenizer.ts";
import { makeFolder } from "./make-folder.ts";
import { readModelTokenizer } from "./model-tokenizer.ts";

/** What stands beside the weights: configs, vocabularies, templates, code of custom models. */
const COPIED = new Set([".json", ".jsonl", ".txt", ".model", ".jinja", ".tiktoken", ".py"]);
// The index of the shards is written anew, an adapter's config belongs to the adapter.
const NOT_COPIED = /^(adapter_config|config|.*\.index)\.json$/;
const MOST_BYTES = 200_000_000;
// `1_Pooling/config.json` of a sentence-transformers model
const DEEPEST = 1;

/** Copies tokenizer files and the like from one model folder to another: no weights, no `config.json`. */
export function copyModelFiles(from: string, to: string, depth = 0): void {
  for (const name of readdirSync(from)) {
    if (name.startsWith(".")) continue;
    const stat = statSync(join(from, name)); // follows the links of a hub cache
    if (stat.isDirectory()) {
      if (depth < DEEPEST) copyModelFiles(join(from, name), join(to, name), depth + 1);
    } else if (stat.isFile() && stat.size <= MOST_BYTES && COPIED.has(extname(name))) {
      if (depth === 0 && NOT_COPIED.test(name)) continue;
      makeFolder(to);
      copyFileSync(join(from, name), join(to, name));
    }
  }
}

/**
 * Writes the tokenizer that a GGUF carries as the files that a model folder has.
 *
 * @returns why there is none, or null.
 */
export function writeTokenizerFiles(gguf: string, to: string): string | null {
  let parts: ModelTokenizer;
  try {
    parts = readModelTokenizer(gguf);
  } catch (error) {
    if (isInputError(error)) return error.message; // the weights are as good without
    throw error;
  }
  writeFileSync(join(to, "tokenizer.json"), JSON.stringify(parts.tokenizer));
  writeFileSync(join(to, "tokenizer_config.json"), JSON.stringify(parts.config, null, 2));
  if (parts.chatTemplate !== null) writeFileSync(join(to, "chat_template.jinja"), parts.chatTemplate);
  return null;
}
