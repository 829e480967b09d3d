import { library } from "../../tsup.shared.ts";

// Programs of their own: a sweep starts the worker as a child, and Slurm a task, from beside index.js.
export default library({
  index: "src/index.ts",
  browser: "src/browser/index.ts",
  defaults: "src/defaults.ts",
  executor: "src/executor/index.ts",
  outcomes: "src/outcomes/index.ts",
  worker: "src/worker/worker.ts",
  "slurm-task": "src/executor/slurm/slurm-task.ts",
});
