// Replaces one file again and again: each content is one byte, BYTES times. Killed by its parent.
import { writeFileAtomic } from "../../src/disk.ts";

const [path, bytes] = process.argv.slice(2) as [string, string];
process.stdout.write("started\n");
for (let n = 0; ; n++) {
  writeFileAtomic(path, new Uint8Array(Number(bytes)).fill((n % 250) + 1));
  if (n === 0) process.stdout.write("wrote once\n");
}
