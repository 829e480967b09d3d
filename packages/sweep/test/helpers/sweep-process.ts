import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { WAIT_LIMIT } from "../../../../scripts/wait-limit.ts";
import type { AskedRunOptions, SweepConfig } from "../../src/index.ts";
import type { Fake } from "./fake-trainer.ts";

export interface SweepProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null; stderr: string }>;
}

/** What the sweep program is told. */
export interface ProgramJob {
  readonly config: SweepConfig;
  readonly place: AskedRunOptions & {
    readonly out: string;
    readonly modelPath: string;
    /** As text. */
    readonly dataset: string;
    readonly fake?: Fake;
  };
}

/** Starts a built sweep program in a process group of its own. */
export function startSweep(program: string, job: ProgramJob): SweepProcess {
  const child = spawn(process.execPath, [program, JSON.stringify(job)], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr!.on("data", (text) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal, stderr }));
  });
  return { child, ended };
}

/** Pids of running trials whose job mentions `out` (Linux). */
export function trialProcesses(out: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return command.includes("worker.") && command.includes(out);
      } catch {
        return false; // ended in between
      }
    })
    .map(Number);
}

/** Waits until `condition` holds; fails after `seconds`. */
export async function until(
  condition: () => boolean,
  what: string,
  seconds = WAIT_LIMIT / 1000,
): Promise<void> {
  const deadline = Date.now() + 1000 * seconds;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
