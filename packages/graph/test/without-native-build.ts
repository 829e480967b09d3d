// What this package does where no native build is installed, as JSON.
import {
  deviceRuntime,
  onnxBuild,
  onnxRuntime,
  openDevice,
  selfTest,
  surveyDevices,
} from "../src/devices.ts";

const failure = ({ code, message }: { code?: string; message?: string }) => ({ code, message });
const { chose, why } = await openDevice();
const test = await selfTest(await deviceRuntime({ device: "wasm" }));
const native = await onnxRuntime().catch(failure);
const named = await openDevice({ device: "cpu" }).catch(failure);
const { devices } = await surveyDevices();
console.log(JSON.stringify({ build: await onnxBuild(), chose, why, test, native, named, devices }));
process.exit(0);
