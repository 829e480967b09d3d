import { createRequire } from "node:module";
import { arch, cpus, platform } from "node:os";
import type { Provenance } from "@lorank/core";
import type { Runtime } from "@lorank/graph";

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

/** What ran, on what, and when it was done. */
export function provenance(runtime: Runtime, threads: number): Provenance {
  return {
    lorank: version,
    node: process.version,
    runtime: runtime.name,
    device: `${runtime.device}: ${cpus()[0]?.model.trim() ?? "unknown"}, ${platform()} ${arch()}`,
    threads,
    finishedAt: new Date().toISOString(),
  };
}
