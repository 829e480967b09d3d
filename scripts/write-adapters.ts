/**
 * Reads the adapter of every fixture of transformers + PEFT and writes it again with our own code, one folder a case:
 *
 *     node --conditions=@lorank/source --import tsx scripts/write-adapters.ts FOLDER
 *     python scripts/reference/check_written_adapters.py FOLDER
 *
 * The second command loads those folders in PEFT and writes packages/train/test/fixtures/written-adapters.json.
 */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readPeftAdapter, writePeftAdapter } from "../packages/checkpoint/src/files.ts";

const fixtures = fileURLToPath(new URL("../packages/train/test/fixtures/", import.meta.url));
const [out] = process.argv.slice(2);
if (out === undefined) throw new Error("usage: write-adapters.ts FOLDER");

for (const group of ["llama-tiny", "families"]) {
  for (const name of readdirSync(join(fixtures, group)).sort()) {
    const folder = join(out, group, name);
    mkdirSync(folder, { recursive: true });
    writePeftAdapter(folder, readPeftAdapter(join(fixtures, group, name, "adapter")));
    console.log(folder);
  }
}
