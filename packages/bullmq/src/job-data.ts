import { createHash } from "node:crypto";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { JobPlace, Work } from "@lorank/sweep/executor";

/** What a job in the queue says. Nothing in it belongs to one machine: files in the results folder go by their path in it. */
export interface JobData {
  /** The store of the work, in the results folder: empty, or `search`. */
  readonly folder: string;
  readonly datasetFile: string;
  /** Without the file for what a measurement finds, which is of the driver's machine. */
  readonly work: Work;
}

/** What a worker says of the end of its work. */
export interface JobEnd {
  readonly reason: string;
  readonly mayRetry: boolean;
  /** What a measurement wrote. */
  readonly measured?: string;
}

/** Work of the store at `place`, for a worker that has the results folder `root` somewhere else. */
export function toJobData(root: string, place: JobPlace, work: Work): JobData {
  const { datasetFile } = place.resources;
  if (typeof datasetFile !== "string") throw new Error("a queue takes data in files alone");
  return {
    folder: relative(root, resolve(place.out)),
    datasetFile: inside(root, datasetFile),
    work: withPaths(work, (path) => inside(root, path)),
  };
}

/** The work of a job and its place on this machine, where the results folder is `root`. */
export function fromJobData(
  root: string,
  { folder, datasetFile, work }: JobData,
  own: Omit<JobPlace, "out">,
  resultFile: string,
): { readonly place: JobPlace; readonly work: Work } {
  const place = {
    ...own,
    out: resolve(root, folder),
    resources: { ...own.resources, datasetFile: resolve(root, datasetFile) },
  };
  const here = withPaths(work, (path) => resolve(root, path));
  return { place, work: here.kind === "measure" ? { ...here, resultFile } : here };
}

/** The same for the same work, so that the queue holds it once. BullMQ takes no colon, and nothing that reads as a number. */
export function jobId({ folder, work }: JobData): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([folder, work]))
    .digest("hex");
  return `${work.kind}-${hash.slice(0, 32)}`;
}

/** The trials that work is about. */
export function trialIdsOf(work: Work): string[] {
  switch (work.kind) {
    case "train":
      return work.trials.map(({ trialId }) => trialId);
    case "measure":
      return [...work.trialIds];
    default:
      return [work.trialId];
  }
}

function withPaths(work: Work, path: (path: string) => string): Work {
  switch (work.kind) {
    case "evaluate":
      return { ...work, test: { ...work.test, file: path(work.test.file) } };
    case "measure":
      return { ...work, resultFile: "" };
    default:
      return work;
  }
}

/** By its path in the results folder, where the file is in there. A worker may have that folder somewhere else. */
function inside(root: string, path: string): string {
  const below = relative(root, resolve(path));
  return isAbsolute(below) || below === ".." || below.startsWith(`..${sep}`) ? path : below;
}
