/**
 * What a command of an installed `lorank` costs before and after a change: files that it reads, and processor time.
 *
 *     npx tsx bench/start.ts BEFORE AFTER [command …]        # default: verdict on a table of nine runs
 *
 * Each folder has `lorank` in its node_modules, installed from packed tarballs. Runs take turns. Prints the files below
 * node_modules that strace sees opened, and the median of user and system time. For Linux, with bash and strace.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";

const rounds = 10;
const [before = "", after = "", ...command] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "lorank-start-"));
const table = join(scratch, "runs.csv");
const rows = [4, 8, 16].flatMap((rank) => [1, 2, 3].map((seed) => `${rank},${seed},0.8${rank}${seed}`));
writeFileSync(table, `rank,seed,accuracy\n${rows.join("\n")}\n`);
const typed = command.length > 0 ? command : ["verdict", table];

const installed = [before, after].map((folder) => ({
  folder,
  files: filesRead(folder),
  times: [] as number[],
}));
for (let round = 0; round < rounds; round++)
  for (const { folder, times } of installed) times.push(processorTime(folder));
rmSync(scratch, { recursive: true });

const machine = `${cpus()[0]?.model} × ${cpus().length}, load ${loadavg()[0]!.toFixed(1)}, Node ${process.version}`;
console.log(`lorank ${typed.map((word) => word.replace(`${scratch}/`, "")).join(" ")}; ${machine}`);
for (const { folder, files, times } of installed) {
  const sorted = times.sort((a, b) => a - b);
  const range = `${sorted[0]} to ${sorted.at(-1)}`;
  console.log(`${folder}: ${files} files, ${sorted[rounds / 2]} ms of processor time (${range})`);
}

/** Runs the command line of a folder within another program. */
function run(within: readonly string[], folder: string): string {
  const words = [...within, process.execPath, join(folder, "node_modules/lorank/dist/main.js"), ...typed];
  const { stdout, status } = spawnSync(words[0]!, words.slice(1), { encoding: "utf8" });
  if (status !== 0) throw new Error(`${words.join(" ")} must exit with 0, got ${status}`);
  return stdout;
}

/** Number of files below node_modules that one run opens. */
function filesRead(folder: string): number {
  const log = join(scratch, "strace");
  run(["strace", "-f", "-qq", "-e", "trace=openat,open", "-o", log], folder);
  const opened = readFileSync(log, "utf8").matchAll(
    /open(?:at)?\([^"]*"([^"]*\/node_modules\/[^"]*)".* = \d+$/gm,
  );
  return new Set([...opened].map(([, file]) => file)).size;
}

/** User and system time of one run, in milliseconds: bash prints those of its children last. */
function processorTime(folder: string): number {
  const printed = run(["bash", "-c", '"$@" > /dev/null && times', "bash"], folder);
  const parts = [
    ...printed
      .trim()
      .split("\n")
      .at(-1)!
      .matchAll(/(\d+)m([\d.]+)s/g),
  ];
  return Math.round(
    parts.reduce((sum, [, minutes, seconds]) => sum + 60_000 * Number(minutes) + 1000 * Number(seconds), 0),
  );
}
