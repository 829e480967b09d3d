// Probes real devices in child processes and prints what was found, as JSON. Its own environment says which driver there is.
import { chooseDevice } from "../../src/devices/open-device.ts";
import { type DeviceName, probeDevice } from "../../src/index.ts";

const probe = (device: DeviceName) => probeDevice({ device, threads: 2 });
const [webgpu, foreign] = await Promise.all([
  probe("webgpu"),
  probe(process.platform === "darwin" ? "dml" : "coreml"),
]);
// As on a machine with a GPU whose only driver is this one.
const machine = {
  candidates: ["webgpu"],
  mayHaveGpu: true,
  gpuNames: [],
  probe: async () => webgpu,
} as const;
const asked = await chooseDevice("webgpu", machine).catch(({ code, message }) => ({ code, message }));
const auto = await chooseDevice("auto", machine);
console.log(JSON.stringify({ webgpu, foreign, asked, auto }));
process.exit(0);
