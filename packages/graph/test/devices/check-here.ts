// Checks real devices in child processes and prints what was found, as JSON. Its own environment says which driver there is.

import { checkDevice } from "../../src/devices/check-device.ts";
import { chooseDevice } from "../../src/devices/open-device.ts";
import type { DeviceName } from "../../src/devices.ts";

const check = (device: DeviceName) => checkDevice({ device, threads: 2 });
const [webgpu, foreign] = await Promise.all([
  check("webgpu"),
  check(process.platform === "darwin" ? "dml" : "coreml"),
]);
// As on a machine with a GPU whose only driver is this one.
const machine = {
  candidates: ["webgpu"],
  mayHaveGpu: true,
  gpuNames: [],
  check: async () => webgpu,
} as const;
const asked = await chooseDevice("webgpu", machine).catch(({ code, message }) => ({ code, message }));
const auto = await chooseDevice("auto", machine);
console.log(JSON.stringify({ webgpu, foreign, asked, auto }));
process.exit(0);
