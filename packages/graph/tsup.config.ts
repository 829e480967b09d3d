import { library } from "../../tsup.shared.ts";

// check-device-process is a program of its own: openDevice starts it as a child, from beside devices/index.js.
export default library(["src/index.ts", "src/devices/index.ts", "src/devices/check-device-process.ts"]);
