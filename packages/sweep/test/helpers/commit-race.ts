import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { SweepStore } from "../../src/store/store.ts";
import type { RaceJob } from "./commit-racer.ts";
import { examplePlan } from "./example.ts";
import { fakeTrial } from "./fake-trainer.ts";

/** What came of a race. */
export interface Race {
  /** Commits that were told they are the first, over all processes. */
  readonly winners: number;
  /** Results whose bytes are those of exactly one attempt. */
  readonly resultsOfOneAttempt: number;
  /** Attempts with a result of their own: each process keeps its one of each trial. */
  readonly finishedAttempts: number;
  readonly temporaryFiles: number;
  readonly seconds: number;
}

/** Lets so many processes commit a result of each of so many trials, all at once. */
export async function raceToCommit(processes: number, trials: number): Promise<Race> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-race-"));
  const program = join(folder, "racer.mjs");
  buildSync({
    entryPoints: [fileURLToPath(new URL("./commit-racer.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@lorank/source"],
    logLevel: "error",
  });
  const out = join(folder, "out");
  const store = new SweepStore(out);
  const ids = Array.from({ length: trials }, (_, i) => createHash("sha256").update(String(i)).digest("hex"));
  const { result } = await fakeTrial(examplePlan().specs[0]!);
  const go = join(folder, "go");
  const job: RaceJob = { out, ids, go, result };
  const racers = Array.from({ length: processes }, () =>
    spawn(process.execPath, [program, JSON.stringify(job)], { stdio: ["ignore", "pipe", "inherit"] }),
  );
  try {
    const printed = racers.map(linesOf);
    await Promise.all(printed.map(async (lines) => (await lines.next()).value));
    const begun = performance.now();
    writeFileSync(go, "");
    const won = await Promise.all(printed.map(async (lines) => Number((await lines.next()).value)));
    const seconds = (performance.now() - begun) / 1000;
    const finished = ids.map((id) => store.finishedAttempts(id));
    const sameBytes = ids.map((id, i) => {
      const counted = readFileSync(store.resultPath(id));
      return finished[i]!.filter((one) => readFileSync(join(one.folder, "result.json")).equals(counted))
        .length;
    });
    const names = readdirSync(out, { recursive: true, encoding: "utf8" });
    return {
      winners: won.reduce((sum, one) => sum + one, 0),
      resultsOfOneAttempt: sameBytes.filter((count) => count === 1).length,
      finishedAttempts: finished.reduce((sum, { length }) => sum + length, 0),
      temporaryFiles: names.filter((name) => name.endsWith(".tmp")).length,
      seconds,
    };
  } finally {
    for (const racer of racers) racer.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function* linesOf({ stdout }: ChildProcess): AsyncGenerator<string> {
  let text = "";
  for await (const chunk of stdout!) {
    text += chunk;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
  throw new Error("a racer ended before it had said what it won");
}
