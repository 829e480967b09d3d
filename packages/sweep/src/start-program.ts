import { type ChildProcess, fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { outOfMemoryKills, type ProcessEnd } from "./executor/describe-exit.ts";
import { trialEnvironment } from "./executor/trial-environment.ts";

/** A program of this package that runs in a child process. */
export interface ProgramChild {
  readonly child: ChildProcess;
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<ProcessEnd>;
}

/** What stops a child: `signal` asks it to end, `killSignal` kills it. */
export interface StopSignals {
  readonly signal?: AbortSignal | undefined;
  readonly killSignal?: AbortSignal | undefined;
}

/** A child that was asked to end and does not is killed after this time. */
const graceMs = 5_000;

/**
 * Starts a program beside this module. It inherits this process's Node options, so that it reads TypeScript where we do
 * and the build where we do. What it prints goes straight into `outputFile`, where it outlives both of us.
 */
export function startProgram(
  name: "trial-process" | "measure-process" | "evaluation-process",
  job: object,
  outputFile: string,
): ProgramChild {
  const output = openSync(outputFile, "a");
  const killsBefore = outOfMemoryKills();
  try {
    const child = fork(programPath(name), [JSON.stringify(job)], {
      execArgv: childNodeOptions(process.execArgv),
      env: trialEnvironment(process.env),
      stdio: ["ignore", output, output, "ipc"],
    });
    const ended = new Promise<ProcessEnd>((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal, ...killsSince(killsBefore) }));
      // The process could not be started, or a signal not be sent: only the first ends the job.
      child.on("error", ({ message }) => {
        if (child.pid === undefined) resolve({ code: null, signal: null, startError: message });
      });
    });
    return { child, ended };
  } finally {
    closeSync(output); // the child has its own copy
  }
}

/** Waits for a child's end, which the signals may bring about. */
export async function untilEnd(
  { child, ended }: ProgramChild,
  { signal, killSignal }: StopSignals,
): Promise<ProcessEnd> {
  let grace: NodeJS.Timeout | undefined;
  const kill = () => child.kill("SIGKILL");
  const stop = () => {
    child.kill("SIGTERM");
    grace = setTimeout(kill, graceMs);
  };
  signal?.addEventListener("abort", stop);
  killSignal?.addEventListener("abort", kill);
  try {
    return await ended;
  } finally {
    clearTimeout(grace);
    signal?.removeEventListener("abort", stop);
    killSignal?.removeEventListener("abort", kill);
  }
}

export function isStopping({ signal, killSignal }: StopSignals): boolean {
  return signal?.aborted === true || killSignal?.aborted === true;
}

/** TypeScript in the sources, JavaScript in the build. */
function programPath(name: string): string {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return fileURLToPath(new URL(`./${name}.${extension}`, import.meta.url));
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
