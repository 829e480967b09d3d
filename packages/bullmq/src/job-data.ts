import { createHash } from "node:crypto";
import { join, relative, resolve } from "node:path";
import { InputError } from "@lorank/core";
import { type JobPlace, type OwnPlace, placeOn, type Work } from "@lorank/sweep/executor";
import { SweepStore } from "@lorank/sweep/folder";
import { checkedJob, type JobData } from "./messages.ts";

/** Job data for work, readable by a worker with the results folder `root` elsewhere. */
export function toJobData(root: string, place: JobPlace, work: Work): JobData {
  return {
    folder: relative(root, resolve(place.out)) as JobData["folder"],
    checkpointEvery: place.checkpointEvery,
    work: work.kind === "evaluate" ? { ...work, test: { sha256: work.test.sha256 } } : work,
  };
}

/**
 * Work in a job and a place for it on this machine, with the results folder `root`.
 *
 * @param data as the server has it.
 * @param own the machine's part of a place.
 * @throws InputError `E_JOB` for data that is no job, or a trial that the folder lacks. Error where this machine
 * cannot
 *   run it.
 */
export function fromJobData(
  root: string,
  data: unknown,
  own: OwnPlace | undefined,
): { readonly place: JobPlace; readonly work: Work } {
  const { folder, work, ...settings } = checkedJob(data);
  const out = resolve(root, folder);
  const store = new SweepStore(out, { readOnly: true });
  const { trialId } = work;
  if (!store.hasSpec(trialId))
    throw new InputError(
      "E_JOB",
      `the job must name a trial of ${out}, got ${trialId}, which has no file in specs`,
    );
  if (own === undefined) throw new Error("this worker has no model for the job, and no trainer's folder");
  const datasetFile = (sha256: string): string =>
    folder === "search" ? join(out, `data-${sha256}.json`) : dataFile(out, sha256);
  return {
    place: placeOn(own, { out, spec: store.readSpec(trialId), datasetFile, ...settings }),
    work:
      work.kind === "evaluate"
        ? { ...work, test: { ...work.test, file: dataFile(out, work.test.sha256) } }
        : work,
  };
}

function dataFile(out: string, sha256: string): string {
  return join(out, "data", `${sha256}.json`);
}

/** Job id, equal for equal work, so that the queue has it once. BullMQ allows no colon, and no number. */
export function jobId({ folder, work }: JobData): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([folder, work]))
    .digest("hex");
  return `${work.kind}-${hash.slice(0, 32)}`;
}
