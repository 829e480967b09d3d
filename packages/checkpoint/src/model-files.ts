import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
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
      mkdirSync(to, { recursive: true });
      copyFileSync(join(from, name), join(to, name));
    }
  }
}

/** Writes the tokenizer that a GGUF carries as the files that a model folder has. */
export function writeTokenizerFiles(gguf: string, to: string): void {
  const { tokenizer, config, chatTemplate } = readModelTokenizer(gguf);
  const write = (name: string, content: string) => {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    writeFileSync(join(to, name), content);
  };
  write("tokenizer.json", JSON.stringify(tokenizer));
  write("tokenizer_config.json", JSON.stringify(config, null, 2));
  if (chatTemplate !== null) write("chat_template.jinja", chatTemplate);
}
