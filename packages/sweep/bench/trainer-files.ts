// What a large file that a command names costs a sweep: `node --conditions=@lorank/source --import tsx bench/trainer-files.ts [GiB] [trials]`.
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { prepareCommand, runOptions, runPlan } from "../src/index.ts";

const [gib = 3, trials = 4] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "lorank-trainer-files-"));
try {
  const file = join(folder, "weights.bin");
  const descriptor = openSync(file, "w");
  ftruncateSync(descriptor, gib * 2 ** 30);
  closeSync(descriptor);
  utimesSync(file, 0, 0);
  await delay(4_000); // a file that has just changed is hashed again
  const outcomes = `echo example,correct > "$LORANK_OUT/outcomes.csv"; printf "1,1\\n2,1\\n3,0\\n" >> "$LORANK_OUT/outcomes.csv"`;
  writeFileSync(join(folder, "train.sh"), outcomes);
  for (const command of [
    ["sh", "train.sh"],
    ["sh", "train.sh", "weights.bin"],
  ]) {
    const start = performance.now();
    const inputs = prepareCommand({
      ranks: [4],
      seeds: trials,
      trainer: { command, folder },
    });
    const planned = performance.now();
    await runPlan(inputs, { out: join(folder, String(command.length)) }, runOptions({ trialsAtOnce: 1 }));
    const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(1);
    const named = command.length === 3 ? `a file of ${gib} GiB` : "no such file";
    console.log(
      `${named}: planned in ${seconds(start, planned)} s, ${trials} trials in ${seconds(planned, performance.now())} s`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
