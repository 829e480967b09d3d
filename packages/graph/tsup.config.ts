import { library } from "../../tsup.shared.ts";

// check-device-process is a program of its own: openDevice starts it as a child, from beside devices.js.
export default library({
  index: "src/index.ts",
  devices: "src/devices.ts",
  installed: "src/installed.ts",
  "check-device-process": "src/devices/check-device-process.ts",
});
