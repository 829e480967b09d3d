import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeEmails } from "./emails.ts";
import { publishedMinilm } from "./models.ts";
import { type ProcessRun, runWatched } from "./process-tree.ts";
import { peerEnvironment, pythonPath } from "./python.ts";

const examples = 300;
const maxLength = 96;
const settings = { ranks: "4,16", seeds: 3, "learning-rate": 5e-4, epochs: 2, alpha: 32, jobs: 1 };
const main = fileURLToPath(new URL("../../../apps/cli/src/main.ts", import.meta.url));

/** One question, answered by two trainers: `lorank sweep` with its own engine, and with the PEFT recipe as its trainer. */
export async function runTrainerCase(print: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-peers-trainer-"));
  const data = join(folder, "data.csv");
  try {
    const guessing = writeEmails(data, examples);
    print(
      `\ntrainer: all-MiniLM-L6-v2, ranks ${settings.ranks}, ${settings.seeds} seeds, ${examples} training and ${examples} validation e-mails of at most ` +
        `${maxLength} tokens, ${settings.epochs} epochs, one trial of one thread at a time; guessing one class gives ${(100 * guessing).toFixed(1)} %`,
    );
    const own = ["--model", publishedMinilm(), "--data", data, "--max-length", String(maxLength)];
    show("this engine", await lorank(["sweep", ...own, "--out", join(folder, "engine")]), print);
    await lorank(["init", "--trainer", "peft", join(folder, "peft")], {});
    const file = join(folder, "peft", "sweep.yaml");
    writeFileSync(file, adapted(readFileSync(file, "utf8"), data));
    show("PEFT", await lorank(["sweep", file, "--out", join(folder, "by-peft")]), print);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The recipe's file, with what this case compares: the same base in the same place, and no dropout in it. */
function adapted(sweep: string, data: string): string {
  return sweep
    .replace(/command: \[python, train\.py/, `command: [${pythonPath()}, train.py, --no-dropout`)
    .replace("evaluate: [python", `evaluate: [${pythonPath()}`)
    .replaceAll("sentence-transformers/all-MiniLM-L6-v2", publishedMinilm())
    .replaceAll("data.csv", `${data}, --max-length, ${maxLength}`);
}

function lorank(
  args: readonly string[],
  flags: Readonly<Record<string, string | number>> = settings,
): Promise<ProcessRun> {
  const given = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const node = ["--conditions=@lorank/source", "--import", import.meta.resolve("tsx"), main];
  return runWatched(process.execPath, [...node, ...args, "--quiet", ...given], {
    ...peerEnvironment(),
    OMP_NUM_THREADS: "1",
    CUDA_VISIBLE_DEVICES: "",
  });
}

/** The table and the verdict, without where the files are. */
function show(name: string, { stdout, seconds, peakBytes }: ProcessRun, print: (line: string) => void): void {
  print(`\n${name}: ${seconds.toFixed(0)} s, peak of all its processes ${(peakBytes / 1e6).toFixed(0)} MB`);
  print(stdout.slice(0, stdout.indexOf("\nreport ")).trimEnd());
}
