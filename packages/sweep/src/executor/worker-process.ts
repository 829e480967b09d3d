import { type ChildProcess, fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Environment, ownEnvironment } from "../child-environment.ts";
import type { Job, WorkerMessage } from "../plan/job.ts";
import { learnDigests } from "../store/file-digests.ts";
import { trainerOf } from "../trainers/trainers.ts";
import { outOfMemoryKills, type ProcessEnd } from "./describe-exit.ts";

interface WorkerProcess {
  readonly child: ChildProcess;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<ProcessEnd>;
}

/**
 * Starts a worker process for one job, with this process's Node options, so that both run from TypeScript, or both from
 * the build. Its output is appended to `outputFile`.
 */
export function startWorker(job: Job, outputFile: string, more: Environment = {}): WorkerProcess {
  const output = openSync(outputFile, "a");
  const killsBefore = outOfMemoryKills();
  const own = ownEnvironment(process.env);
  try {
    const needs = trainerOf(job).processes(job);
    // Path among the sources, or beside the library in the build.
    const path = import.meta.url.endsWith(".ts") ? "../worker/worker.ts" : "./worker.js";
    const worker = fileURLToPath(new URL(path, import.meta.url));
    const digests = [...(job.digests ?? []), ...needs.knownDigests()];
    const child = fork(worker, [JSON.stringify({ ...job, digests })], {
      execArgv: childNodeOptions(process.execArgv),
      env: { ...needs.environment(own), ...more },
      stdio: ["ignore", output, output, "ipc"],
    });
    child.on("message", (message: WorkerMessage) => {
      if ("digests" in message) learnDigests(message.digests);
    });
    const ended = new Promise<ProcessEnd>((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal, ...killsSince(killsBefore) }));
      // A failed start ends the job, an unsent signal does not.
      child.on("error", ({ message }) => {
        if (child.pid === undefined) resolve({ code: null, signal: null, startError: message });
      });
    });
    return { child, ended };
  } finally {
    closeSync(output); // the child has a copy of the descriptor
  }
}

/**
 * Node options for a child process, without the debugger's port, which is exclusive, and `-e`, which would replace the
 * program.
 */
export function childNodeOptions(own: readonly string[]): string[] {
  const withValue = new Set(["-e", "--eval", "-p", "--print", "-pe", "--input-type"]);
  return own.filter(
    (option, index) =>
      !/^--(inspect|input-type)/.test(option) &&
      !withValue.has(option) &&
      !withValue.has(own[index - 1] ?? ""),
  );
}

function killsSince(before: number | undefined): { outOfMemoryKills?: number } {
  const now = outOfMemoryKills();
  return before === undefined || now === undefined ? {} : { outOfMemoryKills: now - before };
}
