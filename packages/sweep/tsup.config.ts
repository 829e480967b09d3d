import { library } from "../../tsup.shared.ts";

// Programs of their own: runSweep starts them as children, from beside index.js.
export default library([
  "src/index.ts",
  "src/trial-process.ts",
  "src/measure-process.ts",
  "src/evaluation-process.ts",
]);
