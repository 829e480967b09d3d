import { InputError } from "@lorank/core";
import type { JobPlace } from "../plan/job.ts";
import { commandTrainer } from "./command.ts";
import { engineTrainer } from "./engine.ts";
import type { ForeignJob, Trainer } from "./trainer.ts";

const rows = [engineTrainer, commandTrainer];

/** Plan with its trials' data, of any trainer. */
export type PlanInputs = Parameters<(typeof rows)[number]["open"]>[0];

/** Machine's part of a job's place: the model and resources, or the folder of a trainer's commands. */
export type OwnPlace = Parameters<(typeof rows)[number]["placeOn"]>[0];

/** Rows that {@link trainerOf} looks through; tests add a fake. */
export const trainers: Trainer[] = rows;

/** Trainer of inputs, or of a job's place. */
export function trainerOf(what: PlanInputs | JobPlace | OwnPlace): Trainer {
  const found = trainers.find(({ ownMembers }) => ownMembers.some((member) => member in what));
  if (found !== undefined) return found;
  const rule = `of a trainer, with one of ${trainers.flatMap(({ ownMembers }) => ownMembers).join(", ")}`;
  throw new InputError("E_SWEEP_OPTIONS", `inputs must be ${rule}, got ${Object.keys(what).join(", ")}`);
}

/** Place of jobs on a machine that did not plan them. Throws as `placeOn` of their `Trainer`. */
export function placeOn(own: OwnPlace, job: ForeignJob): JobPlace {
  return trainerOf(own).placeOn(own, job);
}
