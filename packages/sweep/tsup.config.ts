import { library } from "../../tsup.shared.ts";

// The worker is a program of its own: a sweep starts it as a child, from beside index.js.
export default library({
  index: "src/index.ts",
  defaults: "src/defaults.ts",
  executor: "src/executor/index.ts",
  outcomes: "src/outcomes/index.ts",
  worker: "src/worker/worker.ts",
});
