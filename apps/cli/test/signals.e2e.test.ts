// Each signal that may end a sweep, sent to the command line or to a trial's process while a trial of another trainer
// waits. All in one folder, so that each row goes on with what the one before has left.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseResults } from "@lorank/evidence/parse";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { whileRunning } from "../../../scripts/while-running.ts";
import { program } from "./cli.ts";

const folder = temporaryFolder();
const out = join(folder, "results");
/** Says that it runs, waits while there is a file `hold`, and writes the outcomes of three examples. */
const trainer = `
: > "$LORANK_OUT/running"
while [ -e hold ]; do sleep 0.05; done
printf 'example,correct\\ne1,1\\ne2,1\\ne3,0\\n' > "$LORANK_OUT/outcomes.csv"
`;
const sweepFile = `ranks: [2]
seeds: 1
alpha: 4
jobs: 1
out: results
trainer:
  command: [sh, train.sh, "{out}"]
`;
writeFileSync(join(folder, "train.sh"), trainer);
writeFileSync(join(folder, "sweep.yaml"), sweepFile);

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: string | null;
    readonly stderr: string;
  }>;
}

function start(): Started {
  const child = spawn(process.execPath, [...program, "sweep", "sweep.yaml"], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", DEBUG: "" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr!.on("data", (chunk) => {
    stderr += chunk;
  });
  return {
    child,
    ended: new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal, stderr }))),
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Whether this attempt at the trial has said that it runs. */
function isRunning(attempt: number): boolean {
  const attempts = join(out, "attempts");
  const [id] = existsSync(attempts) ? readdirSync(attempts) : [];
  return id !== undefined && existsSync(join(attempts, id, String(attempt), "running"));
}

/** Pids of processes whose command line names `folder`, as those of trials and of their processes do (Linux). */
function processes(): { readonly pid: number; readonly command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return command.includes(folder) ? [{ pid: Number(pid), command }] : [];
      } catch {
        return []; // ended in between
      }
    });
}

describe.runIf(process.platform === "linux")("a signal", () => {
  let attempt = 0;
  beforeEach(() => writeFileSync(join(folder, "hold"), ""));

  // SIGUSR1 is Node's own until the sweep listens: how early it comes decides whether the process ends or opens a debugger.
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s before anything was read ends the process, and nothing is written",
    async (signal) => {
      const { child, ended } = start();
      child.kill(signal);
      expect(await ended).toEqual({ code: null, signal, stderr: "" });
      expect(existsSync(out)).toBe(false);
    },
  );

  test.each([
    ["SIGINT", 75, "Stopping; what is done stays. Press Ctrl-C again to end at once."],
    ["SIGUSR1", 75, "Asked to end; what is done stays."],
    ["SIGTERM", 143, "Asked to end; what is done stays."],
    ["SIGHUP", 129, "Asked to end; what is done stays."],
  ] as const)("%s in a trial stops with code %i and leaves no process", async (signal, code, words) => {
    const { child, ended } = start();
    attempt++;
    await whileRunning(
      ended,
      until(() => isRunning(attempt)),
    );
    child.kill(signal);
    const end = await ended;
    expect(end).toMatchObject({ code, signal: null });
    expect(end.stderr).toContain(words);
    expect(end.stderr).toContain("Stopped. To go on where it stopped:");
    expect(end.stderr).not.toContain("Debugger");
    expect(processes()).toEqual([]);
    expect(existsSync(join(out, "sweep.lock"))).toBe(false);
  });

  test("SIGKILL in a trial leaves the lock, and no process for long", async () => {
    const { child, ended } = start();
    attempt++;
    await whileRunning(
      ended,
      until(() => isRunning(attempt)),
    );
    child.kill("SIGKILL");
    expect(await ended).toMatchObject({ signal: "SIGKILL" });
    expect(existsSync(join(out, "sweep.lock"))).toBe(true);
    await until(() => processes().length === 0);
  });

  test("SIGKILL of a trial's process starts the trial again, and the sweep comes to its end", async () => {
    const { ended } = start();
    attempt++;
    await whileRunning(
      ended,
      until(() => isRunning(attempt)),
    );
    process.kill(processes().find(({ command }) => command.includes("worker."))!.pid, "SIGKILL");
    attempt++;
    await whileRunning(
      ended,
      until(() => isRunning(attempt)),
    );
    rmSync(join(folder, "hold"));
    const end = await ended;
    expect(end.stderr).toContain("was killed by SIGKILL");
    expect(end.code).toBe(0);
    expect(processes()).toEqual([]);
    const results = parseResults(JSON.parse(readFileSync(join(out, "results.json"), "utf8")));
    expect(results.trials.map(({ status }) => status)).toEqual(["completed"]);
    expect(existsSync(join(out, "sweep.lock"))).toBe(false);
  });
});
