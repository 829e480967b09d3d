import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isGgufPath } from "../gguf-path.ts";
import { isJsonObject } from "../json.ts";
import { SHARD_INDEX } from "../model/shards.ts";
import { readJsonObject } from "./json-file.ts";

const ONE_FILE = "model.safetensors";

/**
 * Names of the tensors of a model made from `base`, by the file that holds them: shards as the base has them, sorted.
 * A tensor that comes from none of the base's joins the last.
 *
 * @param sources the tensor of the base that each one is made from.
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

/** Writes the index of several shards, and nothing for one file. `bytes`: of all tensors. */
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

/** The base's shards by tensor, or undefined for a single file. */
function shardOf(base: string): ReadonlyMap<string, string> | undefined {
  if (existsSync(join(base, ONE_FILE))) return undefined;
  const { weight_map: weightMap } = readJsonObject(join(base, SHARD_INDEX)).value;
  // openModelWeights() has checked it: names of files without a folder
  return new Map(
    Object.entries(isJsonObject(weightMap) ? weightMap : {}).map(([name, file]) => [name, String(file)]),
  );
}
