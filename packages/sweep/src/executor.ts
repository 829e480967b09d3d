/** Building blocks for executors, which run trials elsewhere (`@lorank/sweep/executor`). */

export type { Executor, StartExecutor, Submission, WorkEnd, WorkEvent } from "./executor/executor.ts";
export { localExecutor } from "./executor/local-executor.ts";
export { SlurmQueue } from "./executor/slurm/jobs.ts";
export type { SlurmOptions } from "./executor/slurm/options.ts";
export { slurmExecutor } from "./executor/slurm/slurm-executor.ts";
export type { JobPlace, Work } from "./plan/job.ts";
export { type OwnPlace, placeOn } from "./trainers/trainers.ts";
