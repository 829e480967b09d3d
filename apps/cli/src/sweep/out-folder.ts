import { existsSync } from "node:fs";
import { join } from "node:path";
import { freeBytes } from "@lorank/checkpoint/files";
import { formatDecimalBytes } from "@lorank/core";
import { accuracyOf, type TrialResult } from "@lorank/core/results";
import { SweepStore } from "@lorank/sweep";
import { trialId } from "@lorank/train/spec";
import type { EarlierTrial } from "../progress/tally.ts";
import type { ReadySweep } from "./ready-sweep.ts";

/** Finds the trials of the plan that have a result already. */
export function earlierTrials({ plan, out }: Pick<ReadySweep, "plan" | "out">): EarlierTrial[] {
  if (!existsSync(join(out, "sweep.json"))) return [];
  const store = new SweepStore(out, { readOnly: true });
  return plan.specs
    .filter((spec) => store.isDone(trialId(spec)))
    .map((spec) => {
      const { evaluation, measured } = store.readResult(trialId(spec), { keep: false });
      return {
        rank: spec.lora.rank,
        accuracy: evaluation && accuracyOf(evaluation),
        device: deviceNameOf(measured.provenance),
      };
    });
}

/** Warns of a disk with less room than a new sweep takes; what is done stays when it fills up. */
export function roomWarning(
  { out, disk }: Pick<ReadySweep, "out" | "disk">,
  free = freeBytes(out),
): string | undefined {
  if (disk === undefined || free === undefined || free >= disk.total) return undefined;
  return (
    `warning: the sweep takes about ${formatDecimalBytes(disk.total)}, and the disk of ${out} has ` +
    `${formatDecimalBytes(free)} free`
  );
}

/** `--device` of a result: TensorFlow's runtime, or the first word of another one's device. */
function deviceNameOf({ runtime, device = "" }: TrialResult["measured"]["provenance"]): string {
  const where = /^\w+/.exec(device)?.[0] ?? device;
  if (runtime !== "tensorflow") return where;
  return where === "gpu" ? "tensorflow" : "tensorflow-cpu";
}
