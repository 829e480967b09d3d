import { readFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { modelAt } from "@lorank/checkpoint/files";
import type { Recompute } from "@lorank/graph";
import { type DeviceName, deviceRuntime } from "@lorank/graph/devices";
import type { TrialHost } from "../base/host.ts";
import type { TrialInputs } from "../base/trial-model.ts";

/**
 * Where the things lie that a spec names, and what to run them on. Nothing here changes the result, but for the rounding
 * of another device.
 */
export interface TrialResources {
  /** A folder, or a `.gguf` file. */
  readonly modelPath: string;
  /** The file of `encodeDataset`'s bytes, or the bytes. */
  readonly datasetFile: string | Uint8Array;
  readonly threads: number;
  /** What to run on, not tested again here. (default "cpu") */
  readonly device?: DeviceName | undefined;
  /** What of a block the backward pass computes again. (default: that of `Transformer`) */
  readonly recompute?: Recompute | undefined;
}

/** The same as a trial reads it. Files are opened when they are read. */
export function trialInputs({
  modelPath,
  datasetFile,
  threads,
  device = "cpu",
  recompute,
}: TrialResources): TrialInputs {
  return {
    model: modelAt(modelPath),
    datasetName: typeof datasetFile === "string" ? datasetFile : "datasetFile",
    get dataset() {
      return typeof datasetFile === "string" ? readFileSync(datasetFile) : datasetFile;
    },
    runtime: (computeDtype) => deviceRuntime({ device, threads, computeDtype }),
    threads,
    recompute,
    host: thisProcess(),
  };
}

function thisProcess(): TrialHost {
  return {
    node: process.version,
    machine: `${cpus()[0]?.model.trim() ?? "unknown"}, ${platform()} ${arch()}`,
    peakBytes: () => process.resourceUsage().maxRSS * 1024, // reported in KiB
    residentBytes: process.memoryUsage.rss(),
  };
}
