import { writeFileAtomic } from "@lorank/checkpoint/files";
import { measureCommand } from "../command/measure-command.ts";
import type { ProgressEvent } from "../plan/events.ts";
import type { JobPlace, Measurement } from "../plan/job.ts";
import { SweepStore } from "../store/store.ts";
import { fromTrialModule } from "./trainer.ts";
import { commandSpec, engineSpec } from "./whose-spec.ts";

/** Writes what a measurement found to its file. Only a command claims an attempt, in which its files lie. */
export async function measure(
  place: JobPlace,
  { trialIds, steps, seconds, resultFile }: Measurement,
  onEvent: (event: ProgressEvent) => void = () => {},
): Promise<void> {
  const store = new SweepStore(place.out);
  if ("command" in place) {
    const [id] = trialIds as [string];
    const cost = await measureCommand(place, commandSpec(store.readSpec(id)), id, steps, onEvent);
    writeFileAtomic(resultFile, JSON.stringify(cost));
    return;
  }
  const specs = trialIds.map((id) => engineSpec(store.readSpec(id)));
  const { resources, trialModule } = place;
  const cost =
    seconds !== undefined
      ? (await fromTrialModule(trialModule, "measureTrial"))(specs[0]!, resources, {
          count: steps,
          seconds,
          onEvent,
        })
      : (await fromTrialModule(trialModule, "measureSteps"))(specs, resources, steps);
  writeFileAtomic(resultFile, JSON.stringify(await cost));
}
