import { InputError } from "@lorank/core";
import type { JobPlace } from "../plan/job.ts";
import { commandTrainer } from "./command.ts";
import { engineTrainer } from "./engine.ts";
import type { ForeignJob, Trainer } from "./trainer.ts";

const rows = [engineTrainer, commandTrainer];

export type PlanInputs = Parameters<(typeof rows)[number]["open"]>[0];

/** Machine's part of a job's place: model and resources, or the commands' folder. */
export type OwnPlace = Parameters<(typeof rows)[number]["placeOn"]>[0];

export const trainers: Trainer[] = rows;

export function trainerOf(what: PlanInputs | JobPlace | OwnPlace): Trainer {
  const found = trainers.find(({ ownMembers }) => ownMembers.some((member) => member in what));
  if (found !== undefined) return found;
  const rule = `of a trainer, with one of ${trainers.flatMap(({ ownMembers }) => ownMembers).join(", ")}`;
  throw new InputError("E_SWEEP_OPTIONS", `inputs must be ${rule}, got ${Object.keys(what).join(", ")}`);
}

/** Place for jobs on a machine that did not plan them. Throws as `placeOn` of their `Trainer`. */
export function placeOn(own: OwnPlace, job: ForeignJob): JobPlace {
  return trainerOf(own).placeOn(own, job);
}
