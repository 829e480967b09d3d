import { createHash } from "node:crypto";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { JobPlace, Work } from "@lorank/sweep/executor";

type EnginePlace = Extract<JobPlace, { readonly resources: unknown }>;
type CommandPlace = Extract<JobPlace, { readonly command: unknown }>;

/** What a machine has of its own for the jobs: the model and what to compute with, or the folder of a trainer's commands. */
export type WorkerPlace = Omit<EnginePlace, "out"> | Omit<CommandPlace, "out">;

/** What a job in the queue says. Nothing in it belongs to one machine: files in the results folder go by their path in it. */
export interface JobData {
  /** The store of the work, in the results folder: empty, or `search`. */
  readonly folder: string;
  /** Where this engine's trials find their data. */
  readonly datasetFile?: string;
  /** How often they save what they have. */
  readonly checkpointEvery?: EnginePlace["checkpointEvery"];
  /** Where another trainer's commands run, and how. */
  readonly command?: CommandPlace["command"];
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
  return {
    folder: relative(root, resolve(place.out)),
    ...whereItRuns(root, place),
    work: withPaths(work, (path) => inside(root, path)),
  };
}

function whereItRuns(
  root: string,
  place: JobPlace,
): Pick<JobData, "datasetFile" | "checkpointEvery" | "command"> {
  if ("command" in place)
    return { command: { ...place.command, folder: inside(root, place.command.folder) } };
  const { datasetFile } = place.resources;
  if (typeof datasetFile !== "string") throw new Error("a queue takes data in files alone");
  return { datasetFile: inside(root, datasetFile), checkpointEvery: place.checkpointEvery };
}

/**
 * The work of a job and its place on this machine, where the results folder is `root`.
 *
 * @param own what this machine has; of a job that runs a command it takes the place of what the job says.
 * @throws Error where the job trains with this engine, and this machine has no model for it.
 */
export function fromJobData(
  root: string,
  { folder, datasetFile, checkpointEvery, command, work }: JobData,
  own: WorkerPlace | undefined,
  resultFile: string,
): { readonly place: JobPlace; readonly work: Work } {
  const out = resolve(root, folder);
  const here = withPaths(work, (path) => resolve(root, path));
  const whole = here.kind === "measure" ? { ...here, resultFile } : here;
  if (command !== undefined) {
    const asked = { ...command, folder: resolve(root, command.folder) };
    return { place: { out, command: own && "command" in own ? own.command : asked }, work: whole };
  }
  if (own === undefined || !("resources" in own)) throw new Error("this worker has no model for the job");
  return {
    place: {
      ...own,
      out,
      resources: { ...own.resources, datasetFile: resolve(root, datasetFile!) },
      checkpointEvery,
    },
    work: whole,
  };
}

/** The same for the same work, so that the queue holds it once. BullMQ takes no colon, and nothing that reads as a number. */
export function jobId({ folder, work }: JobData): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([folder, work]))
    .digest("hex");
  return `${work.kind}-${hash.slice(0, 32)}`;
}

function withPaths(work: Work, path: (path: string) => string): Work {
  switch (work.kind) {
    case "evaluate": {
      const { file, ...test } = work.test;
      return { ...work, test: file === undefined ? test : { ...test, file: path(file) } };
    }
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
