// One runner of a race: commits its own content under the names 0, 1, 2, … at moments that all runners share.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commitOnce } from "../../src/disk.ts";

const [folder, rounds, start, content] = process.argv.slice(2) as [string, string, string, string];
process.stdout.write("ready\n");
const pause = new Int32Array(new SharedArrayBuffer(4));
while (!existsSync(start)) Atomics.wait(pause, 0, 0, 5); // until all are ready
const startAt = Number(readFileSync(start, "utf8"));
const outcomes: string[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const moment = startAt + round * 10;
  while (Date.now() < moment); // spin: a timer would be late by a different time in each runner
  outcomes.push(commitOnce(Buffer.from(content), join(folder, String(round))));
}
process.stdout.write(JSON.stringify(outcomes));
