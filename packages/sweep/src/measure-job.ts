import { writeFileAtomic } from "@lorank/checkpoint";
import { SweepStore } from "./store/store.ts";
import { resourcesOf, type TrialJob } from "./trial-job.ts";
import { fromTrialModule } from "./worker/trainer.ts";

/** What a process is told that times a few steps: of one trial, or of several as a pack; or of one trial all there is. */
export interface MeasureJob extends Omit<TrialJob, "trialId" | "attempt" | "packedWith"> {
  readonly trialIds: readonly string[];
  readonly steps: number;
  /** Of a single trial, measure its opening and its evaluation too. (default: its steps alone) */
  readonly whole?: true;
  /** Where the `StepCost` of `@lorank/train`, or the `TrialCost` of a whole trial, goes as JSON. */
  readonly resultFile: string;
}

export async function runMeasureJob(job: MeasureJob): Promise<void> {
  const { out, trialIds, steps, whole, resultFile, trialModule } = job;
  const store = new SweepStore(out);
  const specs = trialIds.map((id) => store.readSpec(id));
  const cost =
    whole === true
      ? (await fromTrialModule(trialModule, "measureTrial"))(specs[0]!, resourcesOf(job), steps)
      : (await fromTrialModule(trialModule, "measureSteps"))(specs, resourcesOf(job), steps);
  writeFileAtomic(resultFile, JSON.stringify(await cost));
}
