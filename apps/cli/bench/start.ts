/**
 * What a command of an installed `lorank` costs before and after a change: files that it reads, and processor time.
 *
 *     npx tsx bench/start.ts BEFORE AFTER [command …]
 *
 * Without a command it measures `--version`, `verdict` on 16,000 outcomes, `memory starter`, `plan`, and `status` where
 * LORANK_SWEEP names the folder of a finished sweep.
 *
 * Each folder has `lorank` in its node_modules, installed from packed tarballs. Runs take turns, with Node alone in
 * between. Prints the files below node_modules that strace sees opened, and medians of user and system time. For Linux,
 * with bash and strace.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";

const rounds = 10;
const [before = "", after = "", ...command] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "lorank-start-"));
const table = join(scratch, "outcomes.csv");
writeFileSync(table, `rank,seed,example,correct\n${outcomes().join("\n")}\n`);
const sweep = process.env.LORANK_SWEEP;
const usual = [
  ["--version"],
  ["verdict", table],
  ...(sweep === undefined ? [] : [["status", sweep]]),
  ["memory", "starter"],
  ["plan"],
];

for (const typed of command.length > 0 ? [command] : usual) compare(typed);
rmSync(scratch, { recursive: true });

/** Outcomes of ranks 2 to 16 under five seeds on 800 examples, the same in every run of this script. */
function outcomes(): string[] {
  let state = 1;
  const draw = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const difficulties = Array.from({ length: 800 }, draw);
  const accuracies: readonly (readonly [number, number])[] = [
    [2, 0.8],
    [4, 0.84],
    [8, 0.86],
    [16, 0.86],
  ];
  return accuracies.flatMap(([rank, accuracy]) =>
    [1, 2, 3, 4, 5].flatMap((seed) =>
      difficulties.map((difficulty, example) => {
        const isCorrect = draw() < accuracy + (difficulty - 0.5) / 2;
        return `${rank},${seed},${example},${isCorrect ? 1 : 0}`;
      }),
    ),
  );
}

/** Prints what one command costs in both folders. */
function compare(typed: readonly string[]): void {
  const installed = [before, after].map((folder) => {
    const words = [join(folder, "node_modules/lorank/dist/main.js"), ...typed];
    return { folder, words, files: filesRead(words), times: [] as number[] };
  });
  const alone: number[] = [];
  for (let round = 0; round < rounds; round++) {
    alone.push(processorTime(["-e", "0"]));
    for (const { words, times } of installed) times.push(processorTime(words));
  }
  const machine = `${cpus()[0]?.model} × ${cpus().length}, load ${loadavg()[0]!.toFixed(1)}, Node ${process.version}`;
  console.log(`lorank ${typed.map((word) => word.replace(`${scratch}/`, "")).join(" ")}; ${machine}`);
  console.log(`node -e 0: ${timeWords(alone)}`);
  for (const { folder, files, times } of installed) {
    const ratio = (median(times) / median(alone)).toFixed(2);
    console.log(`${folder}: ${files} files, ${timeWords(times)}, ${ratio} × Node alone`);
  }
}

function timeWords(times: readonly number[]): string {
  return `${median(times)} ms of processor time (${Math.min(...times)} to ${Math.max(...times)})`;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

/** Runs Node within another program. */
function run(within: readonly string[], words: readonly string[]): string {
  const all = [...within, process.execPath, ...words];
  const { stdout, status } = spawnSync(all[0]!, all.slice(1), { encoding: "utf8" });
  if (status !== 0) throw new Error(`${all.join(" ")} must exit with 0, got ${status}`);
  return stdout;
}

/** Number of files below node_modules that one run opens. strace writes a log for each thread. */
function filesRead(words: readonly string[]): number {
  const logs = mkdtempSync(join(scratch, "strace-"));
  run(["strace", "-ff", "-qq", "-e", "trace=openat,open", "-o", join(logs, "log")], words);
  const text = readdirSync(logs).map((name) => readFileSync(join(logs, name), "utf8"));
  const opened = text.join("\n").matchAll(/open(?:at)?\([^"]*"([^"]*\/node_modules\/[^"]*)".* = \d+$/gm);
  return new Set([...opened].map(([, file]) => file)).size;
}

/** User and system time of one run, in milliseconds: bash prints those of its children last. */
function processorTime(words: readonly string[]): number {
  const printed = run(["bash", "-c", '"$@" > /dev/null && times', "bash"], words);
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
