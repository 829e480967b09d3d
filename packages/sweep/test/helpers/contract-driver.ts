/** A driver as a program of its own, which the contract suite kills: `contract-driver.js '<DriverJob as JSON>'`. */
import { pathToFileURL } from "node:url";
import type { StartExecutor } from "../../src/executor/executor.ts";
import { runTasks } from "../../src/executor/run-tasks.ts";
import type { JobPlace } from "../../src/plan/job.ts";
import { trainingTask } from "../../src/stages/run-stages.ts";
import { SweepStore } from "../../src/store/store.ts";

export interface DriverJob {
  /** Built module that exports `startExecutor`. */
  readonly module: string;
  readonly settings: unknown;
  readonly place: JobPlace;
  readonly ids: readonly string[];
  readonly trialsAtOnce: number;
}

/** What a module under test exports. */
export interface ExecutorModule {
  readonly startExecutor: (settings: never) => StartExecutor;
}

const { module, settings, place, ids, trialsAtOnce } = JSON.parse(process.argv[2]!) as DriverJob;
const { startExecutor } = (await import(pathToFileURL(module).href)) as ExecutorModule;
const executor = await startExecutor(settings as never)(place, { trialsAtOnce });
const store = new SweepStore(place.out);
const tasks = ids.map((id) => trainingTask(store, id));
const outcome = await runTasks(executor, tasks, { signals: {}, maxAttempts: 3 }, () => {});
await executor.close?.();
// It must end by itself: an executor that was closed keeps no timer and no connection.
process.stdout.write(JSON.stringify(outcome));
