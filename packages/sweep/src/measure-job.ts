import { writeFileAtomic } from "@lorank/checkpoint";
import { SweepStore } from "./store.ts";
import { resourcesOf, type TrialJob } from "./trial-job.ts";
import { fromTrialModule } from "./trial-module.ts";

/** What a process is told that times a few steps: of one trial, or of several as a pack. */
export interface MeasureJob extends Omit<TrialJob, "trialId" | "attempt" | "packedWith"> {
  readonly trialIds: readonly string[];
  readonly steps: number;
  /** Where the `StepCost` of `@lorank/train` goes, as JSON. */
  readonly resultFile: string;
}

export async function runMeasureJob(job: MeasureJob): Promise<void> {
  const { out, trialIds, steps, resultFile, trialModule } = job;
  const store = new SweepStore(out);
  const specs = trialIds.map((id) => store.readSpec(id));
  const measureSteps = await fromTrialModule(trialModule, "measureSteps");
  writeFileAtomic(resultFile, JSON.stringify(await measureSteps(specs, resourcesOf(job), steps)));
}
