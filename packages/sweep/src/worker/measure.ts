import { writeFileAtomic } from "@lorank/checkpoint/files";
import { SweepStore } from "../store/store.ts";
import type { JobPlace, Measurement } from "./job.ts";
import { fromTrialModule } from "./trainer.ts";

/** Writes what a measurement found to its file. No attempt is claimed. */
export async function measure(
  { out, resources, trialModule }: JobPlace,
  { trialIds, steps, whole, resultFile }: Measurement,
): Promise<void> {
  const store = new SweepStore(out);
  const specs = trialIds.map((id) => store.readSpec(id));
  const cost =
    whole === true
      ? (await fromTrialModule(trialModule, "measureTrial"))(specs[0]!, resources, steps)
      : (await fromTrialModule(trialModule, "measureSteps"))(specs, resources, steps);
  writeFileAtomic(resultFile, JSON.stringify(await cost));
}
