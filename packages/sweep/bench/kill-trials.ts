/**
 * Kills training processes at random moments, and holds what the resumed ones end with against undisturbed ones: results and
 * adapters must have the same bytes.
 *
 *     node --conditions=@lorank/source --import tsx bench/kill-trials.ts --kills 200 --seed 1
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { numbersFrom } from "../test/helpers/fake-trainer.ts";
import { killTrials, prepareKills } from "../test/helpers/killed-trials.ts";

const options = {
  kills: { type: "string", default: "200" },
  seed: { type: "string", default: "1" },
} as const;
const { kills, seed } = parseArgs({ options }).values;
const folder = mkdtempSync(join(tmpdir(), "lorank-kill-trials-"));
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}`,
);
try {
  const ground = await prepareKills(folder);
  const ofEach = Math.ceil(Number(kills) / ground.kinds.length);
  const startedAt = performance.now();
  const killed = await killTrials(ground, folder, ofEach, numbersFrom(seed), ({ faults, ...row }) => {
    console.log(JSON.stringify({ ...row, failed: faults.length }));
    for (const fault of faults) console.log(`  ${fault}`);
  });
  const sum = (key: "kills" | "asked" | "resumed" | "trials") =>
    killed.reduce((total, one) => total + one[key], 0);
  const failed = killed.reduce((total, { faults }) => total + faults.length, 0);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(
    `${sum("kills")} kills and ${sum("asked")} SIGTERM, ${sum("resumed")} attempts went on from a checkpoint, ` +
      `${sum("trials")} trials compared, ${failed} failed; ${seconds} s`,
  );
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
