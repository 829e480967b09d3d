import { arch, cpus, platform } from "node:os";
import type { Provenance } from "@lorank/core/results";
import type { Runtime } from "@lorank/graph";
import { isProcessor } from "../defaults.ts";
import { version } from "../version.ts";

/** What ran, on what, and when it was done. */
export function provenance(runtime: Runtime, threads: number): Required<Provenance> {
  const machine = `${cpus()[0]?.model.trim() ?? "unknown"}, ${platform()} ${arch()}`;
  return {
    lorank: version,
    node: process.version,
    runtime: runtime.name,
    // The runtime does not know the name of a GPU; the processor's is not its.
    device: isProcessor(runtime.device)
      ? `${runtime.device}: ${machine}`
      : `${runtime.device}, beside ${machine}`,
    threads,
    finishedAt: new Date().toISOString(),
  };
}
