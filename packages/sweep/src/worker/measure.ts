import { writeFileAtomic } from "@lorank/checkpoint/files";
import type { ProgressEvent } from "../plan/events.ts";
import type { JobPlace, Measurement } from "../plan/job.ts";
import { trainerAt } from "../trainers/trainer-of.ts";

/** Writes what a measurement found to its file. */
export async function measure(
  place: JobPlace,
  what: Measurement,
  onEvent: (event: ProgressEvent) => void = () => {},
): Promise<void> {
  const cost = await trainerAt(place).measure(what, onEvent);
  writeFileAtomic(what.resultFile, JSON.stringify(cost));
}
