import { copyFileSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { isInputError } from "@lorank/core";
import { isJsonObject } from "../json.ts";
import { modelConfigText, SHARD_INDEX } from "../model/model.ts";
import type { ModelSource } from "../model/model-source.ts";
import { modelTokenizer } from "../model/tokenizer.ts";
import type { ModelTokenizer } from "../model-tokenizer.ts";
import { isGgufPath } from "../path.ts";
import { makeFolder } from "./atomic-folder.ts";
import { openFile, readJsonObject, sha256OfFile } from "./descriptor.ts";

/** Model at a path, a folder or a `.gguf` file. Opens nothing yet. */
export function modelAt(path: string): ModelSource {
  const pathOf = (file: string): string => (isGgufPath(path) ? path : join(path, file));
  return {
    path,
    place: resolve(path),
    pathOf,
    has: (file) => existsSync(pathOf(file)),
    open: (file) => openFile(pathOf(file)),
    sha256: (file) => sha256OfFile(pathOf(file)),
  };
}

/** Text of a model's `config.json`; for a GGUF, the equivalent. */
export function readConfigText(path: string): string {
  return modelConfigText(modelAt(path));
}

const ONE_FILE = "model.safetensors";

/**
 * Tensor names to write, by weight file: sharded as the base; new tensors join the last file.
 *
 * @param sources names, each with its tensor in the base; undefined for a new tensor.
 */
export function groupByFile(
  base: string,
  sources: Iterable<readonly [name: string, source: string | undefined]>,
): Map<string, string[]> {
  const shards = isGgufPath(base) ? undefined : shardOf(base);
  const last = [...new Set(shards?.values() ?? [ONE_FILE])].sort().at(-1)!;
  const files = new Map<string, string[]>();
  for (const [name, source] of sources) {
    const file = (source !== undefined && shards?.get(source)) || last;
    const names = files.get(file) ?? [];
    names.push(name);
    files.set(file, names);
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Writes the index of tensors' shards, unless there is a single file. `bytes`: of all tensors. */
export function writeShardIndex(
  folder: string,
  files: ReadonlyMap<string, readonly string[]>,
  bytes: number,
): void {
  if (files.size < 2) return;
  const entries = [...files].flatMap(([file, names]) => names.map((name): [string, string] => [name, file]));
  const weightMap = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  const index = { metadata: { total_size: bytes }, weight_map: weightMap };
  writeFileSync(join(folder, SHARD_INDEX), `${JSON.stringify(index, null, 2)}\n`);
}

function shardOf(base: string): ReadonlyMap<string, string> | undefined {
  if (existsSync(join(base, ONE_FILE))) return undefined;
  const { weight_map: weightMap } = readJsonObject(join(base, SHARD_INDEX)).value;
  // modelWeights() checked that file names have no folder
  return new Map(
    Object.entries(isJsonObject(weightMap) ? weightMap : {}).map(([name, file]) => [name, String(file)]),
  );
}

/** File types copied with a model: configs, vocabularies, templates, code of custom models. */
const COPIED = new Set([".json", ".jsonl", ".txt", ".model", ".jinja", ".tiktoken", ".py"]);
// The shard index is rewritten; an adapter's config belongs to the adapter.
const NOT_COPIED = /^(adapter_config|config|.*\.index)\.json$/;
const MOST_BYTES = 200_000_000;
// Subfolders are copied one level deep: `1_Pooling/config.json` of a sentence-transformers model
const DEEPEST = 1;

/** Copies a model's tokenizer files and the like, of at most 200 MB each: no weights, no `config.json`. */
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
 * Writes a GGUF's tokenizer as the files of a model folder.
 *
 * @returns reason why the GGUF's tokenizer cannot be written, or null.
 */
export function writeTokenizerFiles(gguf: string, to: string): string | null {
  let parts: ModelTokenizer;
  try {
    parts = modelTokenizer(modelAt(gguf));
  } catch (error) {
    if (isInputError(error)) return error.message; // the weights are as good without
    throw error;
  }
  writeFileSync(join(to, "tokenizer.json"), JSON.stringify(parts.tokenizer));
  writeFileSync(join(to, "tokenizer_config.json"), JSON.stringify(parts.config, null, 2));
  if (parts.chatTemplate !== null) writeFileSync(join(to, "chat_template.jinja"), parts.chatTemplate);
  return null;
}
