/** What another way to run a sweep's processes is made of: `@lorank/sweep/executor`. */
export type { JobPlace, Work } from "../worker/job.ts";
export type { Executor, ExecutorOptions, StartExecutor, Submission, WorkEnd, WorkEvent } from "./executor.ts";
export { localExecutor } from "./local-executor.ts";
