// Writes 40 KB and then 100 KB to the same path on a file system of 64 KB; prints what happened.
import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { writeFileAtomic } from "../../src/disk.ts";

const path = process.argv[2]!;
writeFileAtomic(path, new Uint8Array(40_000).fill(1));
let [error, message] = ["none", ""];
try {
  writeFileAtomic(path, new Uint8Array(100_000).fill(2));
} catch (caught) {
  error = String((caught as NodeJS.ErrnoException).code);
  message = String((caught as Error).message);
}
const content = readFileSync(path);
const files = readdirSync(dirname(path));
process.stdout.write(
  JSON.stringify({ error, message, bytes: content.length, old: content.every((b) => b === 1), files }),
);
