/**
 * Makes of every fixture that transformers + PEFT wrote what the adapter commands make of it, one folder a case:
 *
 *     node --conditions=@lorank/source --import tsx scripts/write-derived-models.ts FOLDER
 *     python scripts/reference/check_derived_models.py FOLDER
 *
 * The second command loads them in PEFT and transformers and writes
 * packages/checkpoint/test/fixtures/derived-models.json.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { mergeAdapter, readPeftAdapter, writePeftAdapter } from "../packages/checkpoint/src/files.ts";
import { portableAdapter, truncateAdapter } from "../packages/checkpoint/src/index.ts";

const packages = fileURLToPath(new URL("../packages/", import.meta.url));
const groups = [
  "checkpoint/test/fixtures/merge",
  "train/test/fixtures/llama-tiny",
  "train/test/fixtures/families",
];
const [out] = process.argv.slice(2);
if (out === undefined) throw new Error("usage: write-derived-models.ts FOLDER");

for (const group of groups) {
  for (const name of readdirSync(join(packages, group)).sort()) {
    const fixture = join(packages, group, name);
    const base = existsSync(join(fixture, "base")) ? join(fixture, "base") : fixture;
    const adapter = readPeftAdapter(join(fixture, "adapter"));
    const folder = join(out, basename(group), name);
    const rank = Math.max(1, Math.floor(adapter.rank / 2));
    writePeftAdapter(join(folder, `truncated-${rank}`), truncateAdapter(adapter, rank).adapter);
    writePeftAdapter(join(folder, "rewritten"), adapter);
    if (!adapter.dora)
      writePeftAdapter(join(folder, "portable"), portableAdapter(adapter, { keepHeads: true }));
    mergeAdapter({ base, adapter, out: join(folder, "merged") });
    console.log(folder);
  }
}
