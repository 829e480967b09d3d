/**
 * What the command line takes on a folder with 1,000 finished trials: 20 ranks × 50 seeds, 872 validation examples each.
 *
 *     pnpm build
 *     node --conditions=@lorank/source --import tsx bench/thousand-trials.ts [folder]
 *
 * Writes the folder unless it is there, and runs the built command line on it. Prints seconds by the clock, from the start of
 * the process to its end, the CPU time in it, and its peak memory: the median of three runs. `LORANK_RANKS` and `LORANK_SEEDS` change the size.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SweepConfig } from "../src/index.ts";
import { writeToySweep } from "./toy-sweep.ts";

const cli = fileURLToPath(new URL("../../../apps/cli/dist/main.js", import.meta.url));
const place = process.argv[2] ?? mkdtempSync(join(tmpdir(), "lorank-bench-"));
const out = join(place, "out");
const ranks = Array.from({ length: Number(process.env.LORANK_RANKS ?? 20) }, (_, i) => i + 1).join(",");
const seeds = process.env.LORANK_SEEDS ?? "50";
const texts = ["text,label,split"];
for (let i = 0; i < 40; i++) texts.push(`train ${i},${i % 2 ? "spam" : "ham"},train`);
for (let i = 0; i < 872; i++) texts.push(`text ${i},${i % 2 ? "spam" : "ham"},validation`);

mkdirSync(place, { recursive: true });
writeFileSync(join(place, "texts.csv"), texts.join("\n"));
const sweep = ["sweep", "--data", join(place, "texts.csv"), "--ranks", ranks, "--seeds", seeds, "--out", out];
if (!existsSync(join(out, "sweep.json"))) {
  const plan = execFileSync(process.execPath, [cli, ...sweep, "--dry-run", "--json"], { maxBuffer: 1e9 });
  const started = performance.now();
  const trials = writeToySweep(out, (JSON.parse(plan.toString()) as { config: SweepConfig }).config);
  console.log(`wrote ${trials} trials in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, ${out}\n`);
run(sweep, true); // results.json for the others
for (const command of [["status", out], ["report", out], ["verdict", out], sweep]) {
  const runs = Array.from({ length: 3 }, () => run(command, false));
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[1]!;
  const seconds = median(runs.map((one) => one.seconds)).toFixed(2);
  const cpu = median(runs.map((one) => one.cpuSeconds)).toFixed(2);
  const megabytes = (median(runs.map((one) => one.bytes)) / 1e6).toFixed(0);
  console.log(`${command[0]!.padEnd(8)} ${seconds} s  ${cpu} s of CPU  ${megabytes} MB`);
}

interface Used {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly bytes: number;
}

function run(words: readonly string[], isFirst: boolean): Used {
  const peak = `data:text/javascript,process.on("exit",()=>{const u=process.resourceUsage();process.stderr.write("\\nUSED "+u.maxRSS+" "+(u.userCPUTime+u.systemCPUTime))})`;
  const started = performance.now();
  const ended = spawnSync(process.execPath, ["--import", peak, cli, ...words], { maxBuffer: 1e9 });
  const seconds = (performance.now() - started) / 1000;
  const stderr = ended.stderr.toString();
  if (ended.status !== 0) throw new Error(`lorank ${words[0]} exited with ${ended.status}: ${stderr}`);
  if (isFirst) console.log(`first sweep ${seconds.toFixed(2)} s`);
  const [, kibibytes, microseconds] = /\nUSED (\d+) (\d+)/.exec(stderr) ?? [];
  return { seconds, cpuSeconds: Number(microseconds) / 1e6, bytes: 1024 * Number(kibibytes) };
}
