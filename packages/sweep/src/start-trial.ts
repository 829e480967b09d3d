import { type ChildProcess, fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { outOfMemoryKills, type ProcessEnd } from "./describe-exit.ts";
import type { Attempt } from "./store.ts";
import { trialEnvironment } from "./trial-environment.ts";
import type { TrialJob, TrialMessage } from "./trial-job.ts";

/** A running trial. */
export interface TrialChild {
  readonly child: ChildProcess;
  readonly outputFile: string;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<ProcessEnd>;
}

/**
 * Starts a trial's process. It inherits this process's Node options, so that it reads TypeScript where we do and the
 * build where we do. What it prints goes straight into the attempt's `output.txt`, where it outlives both of us.
 */
export function startTrial(
  job: TrialJob,
  attempt: Attempt,
  onMessage: (message: TrialMessage) => void,
): TrialChild {
  const outputFile = join(attempt.folder, "output.txt");
  const output = openSync(outputFile, "a");
  const killsBefore = outOfMemoryKills();
  try {
    const child = fork(programPath(), [JSON.stringify({ ...job, attempt: attempt.number })], {
      execArgv: childNodeOptions(process.execArgv),
      env: trialEnvironment(process.env),
      stdio: ["ignore", output, output, "ipc"],
    });
    child.on("message", (message) => onMessage(message as TrialMessage));
    const ended = new Promise<ProcessEnd>((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal, ...killsSince(killsBefore) }));
      // The process could not be started, or a signal not be sent: only the first ends the trial.
      child.on("error", ({ message }) => {
        if (child.pid === undefined) resolve({ code: null, signal: null, startError: message });
      });
    });
    return { child, outputFile, ended };
  } finally {
    closeSync(output); // the child has its own copy
  }
}

/** The trial program beside this module: TypeScript in the sources, JavaScript in the build. */
function programPath(): string {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return fileURLToPath(new URL(`./trial-process.${extension}`, import.meta.url));
}

/** Without a debugger's port, which only one process can have, and without `-e`, which would replace the program. */
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
