/** Runs one program of the check with a time limit, and watches the GPUs' memory meanwhile. Node's own modules only. */
import { execFileSync, spawn } from "node:child_process";

export interface Ended {
  readonly ok: boolean;
  /** What is wrong, in a line; undefined where it is ok. */
  readonly reason: string | undefined;
  readonly stdout: string;
  readonly seconds: number;
  /** Largest GPU memory in use while it ran, above what was in use before; undefined without nvidia-smi. */
  readonly gpuMebibytes: number | undefined;
}

export function runChild(
  program: string,
  args: readonly string[],
  { limitSeconds, env }: { readonly limitSeconds: number; readonly env: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Promise((resolve) => {
    const start = performance.now();
    const before = usedMebibytes();
    let most = before;
    let [stdout, stderr] = ["", ""];
    // A group of its own, so that its children end with it.
    const child = spawn(program, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let stopped = false;
    const limit = setTimeout(() => {
      stopped = true;
      killGroup(child.pid);
    }, limitSeconds * 1000);
    const watch =
      before === undefined
        ? undefined
        : setInterval(() => {
            most = Math.max(most ?? 0, usedMebibytes() ?? 0);
          }, 500);
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const end = (reason: string | undefined): void => {
      clearTimeout(limit);
      clearInterval(watch);
      const seconds = (performance.now() - start) / 1000;
      const gpuMebibytes = before === undefined || most === undefined ? undefined : most - before;
      resolve({ ok: reason === undefined, reason, stdout, seconds, gpuMebibytes });
    };
    child.once("error", ({ message }) => end(message));
    child.once("close", (code, signal) => {
      const said =
        stderr
          .trim()
          .split("\n")
          .findLast((line) => /error/i.test(line)) ?? stderr.trim().split("\n").at(-1);
      if (stopped) end(`not done in ${Math.round(limitSeconds)} s`);
      else
        end(code === 0 ? undefined : `${signal ?? `code ${code}`}: ${said?.slice(0, 300) || "nothing said"}`);
    });
  });
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {} // gone already
}

/** What a program prints; undefined where it is not there or fails. */
export function said(program: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(program, args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 20_000,
    }).trim();
  } catch {
    return undefined;
  }
}

function usedMebibytes(): number | undefined {
  const used = said("nvidia-smi", ["--query-gpu=memory.used", "--format=csv,noheader,nounits"]);
  return used?.split("\n").reduce((sum, line) => sum + Number(line), 0);
}
