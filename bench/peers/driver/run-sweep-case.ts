import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeEmails } from "./emails.ts";
import { publishedMinilm } from "./models.ts";
import { type ProcessRun, runWatched } from "./process-tree.ts";
import { peerEnvironment, pythonPath } from "./python.ts";

const ranks = [4, 8, 16, 32];
const examples = 512;
const batchSize = 16;
const maxLength = 128;
const learningRate = 1e-3;
const seed = 1;
/** As many as a sweep has by default. */
const probeSeeds = 5;

export interface SweepOptions {
  readonly epochs: number;
}

/** A whole sweep from the shell prompt: PEFT's script with its two usual ways to pad, and `lorank sweep`. */
export async function runSweepCase({ epochs }: SweepOptions, print: (line: string) => void): Promise<void> {
  const model = publishedMinilm();
  const folder = mkdtempSync(join(tmpdir(), "lorank-peers-sweep-"));
  const data = join(folder, "emails.csv");
  try {
    const guessing = writeEmails(data, examples);
    print(
      `\nsweep: all-MiniLM-L6-v2, ranks ${ranks.join(", ")}, one seed, ${examples} training and ${examples} validation e-mails of at most ` +
        `${maxLength} tokens, ${epochs} epoch${epochs === 1 ? "" : "s"} of batches of ${batchSize}, learning rate ${learningRate}; guessing one class gives ${percent(guessing)}`,
    );
    const script = fileURLToPath(new URL("../python/sweep.py", import.meta.url));
    const peer = async (padding: string): Promise<ProcessRun> => {
      const settings = { model, data, ranks, seed, epochs, batchSize, maxLength, learningRate, padding };
      const out = join(folder, `peft-${padding}`);
      return runWatched(pythonPath(), [script, JSON.stringify({ ...settings, out })], peerEnvironment());
    };
    buildLorank();
    const ours = await runLorank({ model, data, out: join(folder, "lorank"), epochs });
    print(`lorank sweep                ${cost(ours)}, accuracy ${inWords(lorankRows(ours))}`);
    const probe = await runLorank({ model, data, out: join(folder, "probe"), epochs, seeds: probeSeeds });
    print(`lorank sweep --method probe ${cost(probe)}, ${probeSeeds} seeds`);
    for (const padding of ["max_length", "longest"]) {
      const theirs = await peer(padding);
      print(
        `PEFT, padding ${padding.padEnd(13)} ${cost(theirs)}, accuracy ${inWords(JSON.parse(theirs.stdout) as RankAccuracy[])}`,
      );
      print(
        `time of lorank / PEFT, padding ${padding}: ${(ours.seconds / theirs.seconds).toFixed(2)}, ` +
          `CPU time ${(ours.cpuSeconds / theirs.cpuSeconds).toFixed(2)}, ` +
          `memory ${(ours.peakBytes / theirs.peakBytes).toFixed(2)}; ` +
          `the probe's, against ${probeSeeds} runs: ${(probe.seconds / probeSeeds / theirs.seconds).toFixed(2)}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface LorankRun {
  readonly model: string;
  readonly data: string;
  readonly out: string;
  readonly epochs: number;
  /** Of a probe. (default: a grid of one seed) */
  readonly seeds?: number;
}

const root = new URL("../../../", import.meta.url);

/** What is published: the loader of TypeScript costs time and memory in each process. */
function buildLorank(): void {
  execFileSync("npm", ["run", "-s", "build"], { cwd: fileURLToPath(root), stdio: "ignore" });
}

function runLorank({ model, data, out, epochs, seeds }: LorankRun): Promise<ProcessRun> {
  const main = fileURLToPath(new URL("apps/cli/dist/main.js", root));
  const flags = {
    ...(seeds === undefined ? {} : { method: "probe" }),
    model,
    data,
    out,
    epochs,
    ranks: ranks.join(),
    seeds: seeds ?? 1, // which is seed 1
    "batch-size": batchSize,
    "max-length": maxLength,
    "learning-rate": learningRate,
  };
  return runWatched(
    process.execPath,
    [
      ...[main, "sweep", "--json", "--quiet"],
      ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ],
    process.env,
  );
}

function cost({ seconds, cpuSeconds, peakBytes }: ProcessRun): string {
  return `${seconds.toFixed(1).padStart(6)} s, CPU ${cpuSeconds.toFixed(1)} s, peak of all its processes ${(peakBytes / 1e6).toFixed(0)} MB`;
}

interface RankAccuracy {
  readonly rank: number;
  readonly accuracy: number;
}

/** What `lorank sweep --json` says of each rank. */
function lorankRows({ stdout }: ProcessRun): RankAccuracy[] {
  const { ranks } = JSON.parse(stdout) as {
    ranks: { rank: number; summary: { accuracy: number } }[];
  };
  return ranks.map(({ rank, summary }) => ({ rank, accuracy: summary.accuracy }));
}

function inWords(rows: readonly RankAccuracy[]): string {
  return rows.map(({ rank, accuracy }) => `${percent(accuracy)} at ${rank}`).join(", ");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
