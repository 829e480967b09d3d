import type { StartExecutor } from "../../src/executor/executor.ts";
import type { SlurmOptions } from "../../src/executor/slurm/options.ts";
import { slurmExecutor } from "../../src/executor/slurm/slurm-executor.ts";

/** With the run's own number of trials side by side. */
export const startExecutor =
  (settings: SlurmOptions): StartExecutor =>
  (place, options) =>
    slurmExecutor({ ...settings, parallel: options.trialsAtOnce })(place, options);
