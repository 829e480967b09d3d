// What this package does where no native build is installed, as JSON.
import {
  deviceRuntime,
  onnxBuild,
  onnxRuntime,
  openDevice,
  selfTest,
  surveyDevices,
} from "../src/devices.ts";
import { installedBuild } from "../src/installed.ts";

const failure = ({ code, message }: { code?: string; message?: string }) => ({ code, message });
const { chose, why } = await openDevice();
const test = await selfTest(await deviceRuntime({ device: "wasm" }));
const installed = await installedBuild();
const native = await onnxRuntime().catch(failure);
const named = await openDevice({ device: "cpu" }).catch(failure);
const { devices } = await surveyDevices();
console.log(
  JSON.stringify({ build: await onnxBuild(), installed, chose, why, test, native, named, devices }),
);
process.exit(0);
