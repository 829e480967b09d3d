import { library } from "../../tsup.shared.ts";

// trial-process is a program of its own: runSweep starts it as a child, from beside index.js.
export default library(["src/index.ts", "src/trial-process.ts"]);
