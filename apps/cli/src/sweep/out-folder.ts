import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TrialResult } from "@lorank/core/results";
import { SweepStore } from "@lorank/sweep";
import { trialId } from "@lorank/train/spec";
import type { EarlierTrial } from "../progress/tally.ts";
import type { AnySweep } from "./prepare.ts";

/** Trials of the plan that have a result already. */
export function earlierTrials({ plan, out }: Pick<AnySweep, "plan" | "out">): EarlierTrial[] {
  if (!existsSync(join(out, "sweep.json"))) return [];
  const store = new SweepStore(out);
  return plan.specs
    .filter((spec) => store.isDone(trialId(spec)))
    .map((spec) => {
      const { evaluation, measured } = store.readResult(trialId(spec));
      return {
        rank: spec.lora.rank,
        accuracy: evaluation?.accuracy,
        device: deviceNameOf(measured.provenance),
      };
    });
}

/** The `--device` that a result came from: TensorFlow's runtime, or the first word of what the others say of theirs. */
function deviceNameOf({ runtime, device = "" }: TrialResult["measured"]["provenance"]): string {
  const where = /^\w+/.exec(device)?.[0] ?? device;
  if (runtime !== "tensorflow") return where;
  return where === "gpu" ? "tensorflow" : "tensorflow-cpu";
}
