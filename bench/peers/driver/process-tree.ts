import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessRun {
  readonly stdout: string;
  readonly seconds: number;
  /** Most resident memory of the process and all below it at one moment; pages that they share count for each. */
  readonly peakBytes: number;
}

const SAMPLE_MS = 50;
const PAGE_BYTES = 4096;

/** Runs a program to its end and watches its whole tree. Linux only: it reads /proc. */
export async function runWatched(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<ProcessRun> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], env: environment });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  let peakBytes = 0;
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, treeBytes(child.pid!));
  }, SAMPLE_MS);
  try {
    const code = await ended(child);
    const seconds = (performance.now() - start) / 1000;
    if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
    return { stdout, seconds, peakBytes };
  } finally {
    clearInterval(timer);
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}

/** Resident bytes of a process and all its descendants; a process that ends meanwhile counts nothing. */
export function treeBytes(pid: number): number {
  try {
    const resident = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
    return children.reduce((sum, child) => sum + treeBytes(Number(child)), resident);
  } catch {
    return 0;
  }
}
