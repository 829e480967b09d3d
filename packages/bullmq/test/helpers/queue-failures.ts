import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { runOptions, runPlan } from "@lorank/sweep";
import { SweepStore } from "@lorank/sweep/folder";
import { readAttemptState } from "../../../sweep/src/store/attempt-log.ts";
import { datasetText, examplePlan } from "../../../sweep/test/helpers/example.ts";
import { numbersFrom } from "../../../sweep/test/helpers/fake-trainer.ts";
import { trialProcesses } from "../../../sweep/test/helpers/sweep-process.ts";
import { trialId } from "../../../train/src/spec.ts";
import { bullmqExecutor } from "../../src/index.ts";
import { buildPrograms } from "./build.ts";
import { startRedis } from "./redis-server.ts";
import type { WorkerJob } from "./worker-program.ts";

export interface Failures {
  /** A multiple of four. */
  readonly trials: number;
  readonly workers: number;
  /** SIGKILLs: two of three hit a trial's process, the third a worker. */
  readonly kills: number;
  /** Between two of them, in milliseconds. */
  readonly everyMs: number;
}

/** What came of it. */
export interface Survival {
  readonly results: number;
  readonly killedTrials: number;
  readonly killedWorkers: number;
  readonly serverKills: number;
  /** Starts of trials' processes, those that were killed among them. */
  readonly starts: number;
  /** Trials whose attempts came to different results. */
  readonly disagreements: number;
  /** In the results folder, after the same sweep was run once more, which has nothing to do. */
  readonly temporaryFiles: number;
  /** Trials that the second run did. */
  readonly finishedLater: number;
  readonly seconds: number;
  /** What the driver reported. */
  readonly reported: readonly string[];
}

/**
 * Runs a sweep of toy trials through a real server and kills what takes part in it: trials' processes, workers, and the
 * server once, half-way, with SIGKILL.
 */
export async function surviveFailures({ trials, workers, kills, everyMs }: Failures): Promise<Survival> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-failures-"));
  const { workerProgram } = await buildPrograms(folder);
  const server = await startRedis();
  const out = join(folder, "out");
  const modelPath = join(folder, "model");
  mkdirSync(modelPath);
  writeFileSync(join(modelPath, "config.json"), "{}\n");
  const place = { resources: { modelPath, datasetFile: "", threads: 1 }, fake: {} };
  const job: WorkerJob = { out, redis: server.url, place, trialsAtOnce: 1, lockMs: 2_000 };
  let isOver = false;
  // One that ends is started again, as a machine's service manager would: so is one that comes while the server is away.
  const startWorker = (i: number): void => {
    const worker = spawn(process.execPath, [workerProgram, JSON.stringify(job)], { stdio: "ignore" });
    running[i] = worker;
    worker.once("exit", () => setTimeout(() => isOver || startWorker(i), 200));
  };
  const running: ChildProcess[] = [];
  for (let i = 0; i < workers; i++) startWorker(i);
  const plan = examplePlan({ ranks: [1, 2, 4, 8], seeds: Array.from({ length: trials / 4 }, (_, i) => i) });
  const store = new SweepStore(out);
  const ids = plan.specs.map(trialId);
  const reported: string[] = [];
  const executor = bullmqExecutor({
    redis: server.url,
    pollMs: 1_000,
    report: (words) => reported.push(words),
  });
  const run = () =>
    runPlan(
      { plan, modelPath, dataset: Buffer.from(datasetText) },
      { out },
      runOptions({ executor, maxAttempts: 20 }),
    );
  const random = numbersFrom("who is killed when");
  const killed = { trials: 0, workers: 0, server: 0 };

  async function killAll(): Promise<void> {
    while (!isOver && killed.trials + killed.workers < kills) {
      await delay(2 * everyMs * random());
      if (random() < 1 / 3) {
        if (running[Math.floor(workers * random())]!.kill("SIGKILL")) killed.workers++;
      } else {
        const pids = begunProcesses(store, ids);
        const pid = pids[Math.floor(pids.length * random())];
        if (pid !== undefined && tryKill(pid)) killed.trials++;
      }
      if (killed.server === 0 && killed.trials + killed.workers >= kills / 2) {
        killed.server = 1;
        await server.kill();
        await delay(1_000);
        await server.start();
      }
    }
  }

  const begun = performance.now();
  try {
    const killing = killAll();
    const outcome = await run();
    isOver = true;
    await killing;
    const seconds = (performance.now() - begun) / 1000;
    const later = await run();
    return {
      results: store.readResults().length,
      killedTrials: killed.trials,
      killedWorkers: killed.workers,
      serverKills: killed.server,
      starts: ids.reduce((sum, id) => sum + store.attempts(id).length, 0),
      disagreements: outcome.disagreements.length,
      temporaryFiles: readdirSync(out, { recursive: true, encoding: "utf8" }).filter((name) =>
        name.endsWith(".tmp"),
      ).length,
      finishedLater: later.finishedNow,
      seconds,
      reported,
    };
  } finally {
    isOver = true;
    await Promise.all(running.map(ended));
    await server.remove();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Trials' processes that began an attempt. On a busy machine loading takes longer than all kills, and counts as no start. */
function begunProcesses(store: SweepStore, ids: readonly string[]): number[] {
  const attempts = ids.flatMap((id) => store.attempts(id));
  const begun = new Set(attempts.map(({ folder }) => readAttemptState(folder)?.start?.pid));
  return trialProcesses(store.out).filter((pid) => begun.has(pid));
}

function tryKill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false; // it has just ended
  }
}

async function ended(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const exit = new Promise((resolve) => worker.once("exit", resolve));
  worker.kill("SIGKILL");
  await exit;
}
