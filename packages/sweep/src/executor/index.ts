/** What another way to run a sweep's processes is made of: `@lorank/sweep/executor`. */
export { type JobPlace, trialsOf, type Work } from "../worker/job.ts";
export { throttleEvents } from "../worker/throttle.ts";
export type { Executor, ExecutorOptions, StartExecutor, Submission, WorkEnd, WorkEvent } from "./executor.ts";
export { type LocalOptions, localExecutor } from "./local-executor.ts";
export { previewSlurm, type Submittal } from "./slurm/batch.ts";
export { cancelSlurm, type SlurmAdvice, type SlurmJob, slurmJobs } from "./slurm/jobs.ts";
export type { SlurmOptions } from "./slurm/options.ts";
export { slurmExecutor } from "./slurm/slurm-executor.ts";
