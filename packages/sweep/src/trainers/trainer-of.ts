/** The one place that asks who trains: of a job, and of a plan with what its trials read. */
import type { SpecMembers, TrialSpec } from "@lorank/evidence/results";
import type { CommandPlace, EnginePlace, JobPlace } from "../plan/job.ts";
import type { CommandInputs, SweepInputs } from "../plan/plan.ts";
import { SweepStore } from "../store/store.ts";
import { commandSweep, commandTrainer } from "./command.ts";
import { engineSweep, engineTrainer } from "./engine.ts";
import type { SweepTrainer, Trainer } from "./trainer.ts";

/** The trainer at a job's place. */
export function trainerAt(place: JobPlace, store = new SweepStore(place.out, { readOnly: true })): Trainer {
  return "command" in place ? commandTrainer(place, store) : engineTrainer(place, store);
}

/** A machine's own part of a job's place: the model and resources, or the folder of a trainer's commands. */
export type OwnPlace = Omit<EnginePlace, "out"> | Omit<CommandPlace, "out">;

/**
 * The place of jobs on another machine than the one that planned them.
 *
 * @param datasetFile with the examples of this SHA-256, in the results folder `out`.
 * @throws Error where the machine's own trainer is not that of `spec`.
 */
export function placeOn(
  own: OwnPlace,
  out: string,
  spec: TrialSpec,
  datasetFile: (sha256: string) => string,
  { checkpointEvery = own.checkpointEvery }: Pick<JobPlace, "checkpointEvery">,
): JobPlace {
  if ("command" in own) return { ...own, out };
  const { data }: SpecMembers = spec;
  if (data === undefined) throw new Error("this worker has a model, and the job is of another trainer");
  const resources = { ...own.resources, datasetFile: datasetFile(data.sha256) };
  return { ...own, out, resources, checkpointEvery };
}

/** The trainer of a plan's trials, with all that they read. */
export function trainerOf(inputs: SweepInputs | CommandInputs): SweepTrainer {
  return "dataset" in inputs ? engineSweep(inputs) : commandSweep(inputs);
}
