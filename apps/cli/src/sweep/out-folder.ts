import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { InputError, type TrialResult } from "@lorank/core";
import { foreignNames, SweepStore, trialId } from "@lorank/sweep";
import type { EarlierTrial } from "../progress/tally.ts";
import type { PreparedSweep } from "./prepare.ts";

/** @throws InputError `E_OUT` when the folder is a file, or holds something that is no sweep. */
export function assertOut(out: string): void {
  if (!existsSync(out)) return;
  if (!statSync(out).isDirectory())
    throw new InputError("E_OUT", `--out must be a folder, got the file ${out}`);
  const foreign = foreignNames(out);
  if (foreign.length === 0) return;
  throw new InputError(
    "E_OUT",
    `--out must be a new folder or hold a sweep, got ${out}, which holds ${foreign.slice(0, 3).join(", ")} and no sweep.json`,
  );
}

/** Trials of the plan that have a result already. */
export function earlierTrials({ plan, out }: PreparedSweep): EarlierTrial[] {
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
function deviceNameOf({ runtime, device }: TrialResult["measured"]["provenance"]): string {
  const where = /^\w+/.exec(device)?.[0] ?? device;
  if (runtime !== "tensorflow") return where;
  return where === "gpu" ? "tensorflow" : "tensorflow-cpu";
}
