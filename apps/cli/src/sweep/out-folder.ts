import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeFileAtomic } from "@lorank/checkpoint";
import { InputError, type TrialResult } from "@lorank/core";
import { SweepStore, trialId } from "@lorank/sweep";
import type { EarlierTrial } from "../progress/tally.ts";
import type { PreparedSweep } from "./prepare.ts";

const dataFolder = "data";
/** Our first steps in a new folder; killed right after them, only these are there. */
const firstSteps = [dataFolder, "search"];

/** @throws InputError `E_OUT` when the folder is a file, or holds something that is no sweep. */
export function assertOut(out: string): void {
  if (!existsSync(out)) return;
  if (!statSync(out).isDirectory())
    throw new InputError("E_OUT", `--out must be a folder, got the file ${out}`);
  const names = readdirSync(out).filter((name) => !firstSteps.includes(name) && !name.startsWith("."));
  if (names.length === 0 || names.includes("sweep.json")) return;
  throw new InputError(
    "E_OUT",
    `--out must be a new folder or hold a sweep, got ${out}, which holds ${names.slice(0, 3).join(", ")} and no sweep.json`,
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

/** Writes the tokenised texts to `data/<sha256>.json`, unless they are there. `takeBack` undoes what this call did. */
export function keepDataset({ plan, out, dataset }: PreparedSweep): { file: string; takeBack: () => void } {
  const file = join(out, dataFolder, `${plan.config.data.sha256}.json`);
  if (existsSync(file)) return { file, takeBack: () => {} };
  const isNew = [out, dirname(file)].filter((folder) => !existsSync(folder));
  mkdirSync(dirname(file), { recursive: true });
  writeFileAtomic(file, dataset);
  return {
    file,
    takeBack: () => {
      rmSync(file, { force: true });
      // Only folders that we made, and only while they are empty.
      for (const folder of isNew.toReversed()) if (readdirSync(folder).length === 0) rmdirSync(folder);
    },
  };
}
