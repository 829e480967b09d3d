import type { Provenance } from "@lorank/core/results";
import type { Runtime } from "@lorank/graph";
import { isProcessor } from "../defaults.ts";
import { version } from "../version.ts";

/** What a trial runs on, as its result says it. */
export interface TrialHost {
  /** What runs this program: the version of Node, or the name and version of a browser. */
  readonly node: string;
  /** The processor and the system, such as `AMD EPYC, linux x64`. */
  readonly machine: string;
  /** Largest memory of this process so far, in bytes; 0 where nobody tells. */
  peakBytes(): number;
  /** Resident bytes before the trial began, for the prediction of its memory. (default: none is made) */
  readonly residentBytes?: number | undefined;
}

/** What ran, on what, and when it was done. */
export function provenance(
  runtime: Runtime,
  threads: number,
  { node, machine }: Pick<TrialHost, "node" | "machine">,
): Required<Provenance> {
  return {
    lorank: version,
    node,
    runtime: runtime.name,
    // The runtime does not know the name of a GPU; the processor's is not its.
    device: isProcessor(runtime.device)
      ? `${runtime.device}: ${machine}`
      : `${runtime.device}, beside ${machine}`,
    threads,
    finishedAt: new Date().toISOString(),
  };
}
