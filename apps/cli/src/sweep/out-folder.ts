import { existsSync } from "node:fs";
import { join } from "node:path";
import { freeBytes } from "@lorank/checkpoint/files";
import { formatDecimalBytes } from "@lorank/core";
import { accuracyOf, type TrialResult } from "@lorank/core/results";
import { SweepStore } from "@lorank/sweep";
import { trialId } from "@lorank/train/spec";
import type { EarlierTrial } from "../progress/tally.ts";
import { diskUse } from "./disk.ts";
import type { AnySweep, PreparedSweep } from "./prepare.ts";

/** Trials of the plan that have a result already. */
export function earlierTrials({ plan, out }: Pick<AnySweep, "plan" | "out">): EarlierTrial[] {
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

/** A warning where the disk has less room than a new sweep will take; what is done stays when it fills up. */
export function roomWarning(
  prepared: Parameters<typeof diskUse>[0] & Pick<PreparedSweep, "out">,
  free = freeBytes(prepared.out),
): string | undefined {
  const { total } = diskUse(prepared);
  if (free === undefined || free >= total) return undefined;
  return (
    `warning: the sweep takes about ${formatDecimalBytes(total)}, and the disk of ${prepared.out} has ` +
    `${formatDecimalBytes(free)} free`
  );
}

/** The `--device` that a result came from: TensorFlow's runtime, or the first word of what the others say of theirs. */
function deviceNameOf({ runtime, device = "" }: TrialResult["measured"]["provenance"]): string {
  const where = /^\w+/.exec(device)?.[0] ?? device;
  if (runtime !== "tensorflow") return where;
  return where === "gpu" ? "tensorflow" : "tensorflow-cpu";
}
