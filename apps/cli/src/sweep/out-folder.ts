import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
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

/** The tokenised texts on disk. */
export interface KeptDataset {
  readonly file: string;
  /** Of the test texts. */
  readonly testFile?: string;
  /** Undoes what keeping them did. */
  readonly takeBack: () => void;
}

/** Writes the tokenised texts, each part that has a file, to `data/<sha256>.json`, unless they are there. */
export function keepDataset({ plan, out, dataset, testExamples }: PreparedSweep): KeptDataset {
  const { data, test } = plan.config;
  const folder = join(out, dataFolder);
  const fileOf = (sha256: string) => join(folder, `${sha256}.json`);
  const files = [
    { file: fileOf(data.sha256), bytes: dataset },
    ...(test && testExamples ? [{ file: fileOf(test.sha256), bytes: testExamples }] : []),
  ];
  const missing = files.filter(({ file }) => !existsSync(file));
  const isNew = [out, folder].filter((one) => !existsSync(one));
  mkdirSync(folder, { recursive: true });
  for (const { file, bytes } of missing) writeFileAtomic(file, bytes);
  return {
    file: fileOf(data.sha256),
    ...(test === undefined ? {} : { testFile: fileOf(test.sha256) }),
    takeBack: () => {
      for (const { file } of missing) rmSync(file, { force: true });
      // Only folders that we made, and only while they are empty.
      for (const folder of isNew.toReversed()) if (readdirSync(folder).length === 0) rmdirSync(folder);
    },
  };
}
