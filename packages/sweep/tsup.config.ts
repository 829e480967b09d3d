import { library } from "../../tsup.shared.ts";

// Programs of their own: a sweep starts the worker as a child, and Slurm a task, from beside index.js.
export default library({
  index: "src/index.ts",
  browser: "src/browser.ts",
  defaults: "src/defaults.ts",
  engine: "src/engine.ts",
  executor: "src/executor.ts",
  folder: "src/folder.ts",
  worker: "src/worker/worker.ts",
  "slurm-task": "src/executor/slurm/slurm-task.ts",
});
