import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessRun {
  readonly stdout: string;
  readonly seconds: number;
  /** Most resident memory of the process and all below it at one moment; pages that they share count for each. */
  readonly peakBytes: number;
  /** CPU time of all its processes and threads. */
  readonly cpuSeconds: number;
}

export interface Usage {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

const SAMPLE_MS = 50;
const TICKS_A_SECOND = 100; // USER_HZ of Linux
const PAGE_BYTES = 4096;

/** Runs a program to its end and watches its whole tree, sample by sample. Linux only: it reads /proc. */
export async function runWatched(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  onSample: (usage: Usage) => void = () => {},
): Promise<ProcessRun> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], env: environment });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  let peakBytes = 0;
  let cpuSeconds = 0;
  const timer = setInterval(() => {
    const now = treeUsage(child.pid!);
    peakBytes = Math.max(peakBytes, now.residentBytes);
    cpuSeconds = Math.max(cpuSeconds, now.cpuSeconds);
    onSample(now);
  }, SAMPLE_MS);
  try {
    const code = await ended(child);
    const seconds = (performance.now() - start) / 1000;
    if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
    return { stdout, seconds, peakBytes, cpuSeconds };
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

/** A process and all its descendants; one that ends meanwhile counts nothing, and its CPU time then counts in its parent. */
function treeUsage(pid: number): Usage {
  try {
    const own = usageOf(pid);
    return childrenOf(pid)
      .map(treeUsage)
      .reduce(
        (sum, more) => ({
          residentBytes: sum.residentBytes + more.residentBytes,
          cpuSeconds: sum.cpuSeconds + more.cpuSeconds,
        }),
        own,
      );
  } catch {
    return { residentBytes: 0, cpuSeconds: 0 };
  }
}

/** Source: proc(5). Behind the name in brackets, utime is the 12th field of stat, then stime, cutime and cstime. */
function usageOf(pid: number): Usage {
  const residentPages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { residentBytes: residentPages * PAGE_BYTES, cpuSeconds: ticks / TICKS_A_SECOND };
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}
