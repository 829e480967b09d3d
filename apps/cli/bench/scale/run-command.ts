import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** What one process took from its start to its end. */
export interface Used {
  readonly seconds: number;
  /** User and system time of all threads. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Runs the built command line. Throws where it is not built, or does not exit with 0. */
export function runLorank(words: readonly string[]): Used & { readonly stdout: string } {
  if (!existsSync(cli)) throw new Error("build the command line first: node scripts/demo/build.mjs");
  return runNode([cli, ...words]);
}

/** Runs Node in a process that says at its end what it took. */
export function runNode(words: readonly string[]): Used & { readonly stdout: string } {
  const atExit = `process.on("exit", () => process.stderr.write("\\nUSED " + JSON.stringify(process.resourceUsage())))`;
  const hook = `data:text/javascript,${encodeURIComponent(atExit)}`;
  const started = performance.now();
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", hook, ...words], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  const seconds = (performance.now() - started) / 1000;
  const [text = "", usage = "{}"] = stderr.split("\nUSED ");
  if (status !== 0) throw new Error(`node ${words.join(" ")} must exit with 0, got ${status}: ${text}`);
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(usage) as NodeJS.ResourceUsage;
  return { seconds, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: 1024 * maxRSS, stdout };
}
