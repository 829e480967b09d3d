import { library } from "../../tsup.shared.ts";

// probe-process is a program of its own: openDevice starts it as a child, from beside index.js.
export default library(["src/index.ts", "src/probe-process.ts"]);
