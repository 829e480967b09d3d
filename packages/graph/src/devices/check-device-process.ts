/** Child process that checks a device: takes a DeviceCheckJob as JSON, sends a DeviceCheck. */

import { loadedLibraries } from "../loaded-libraries.ts";
import { onnxBuild } from "../onnx/node-runtime.ts";
import type { DeviceCheck, DeviceCheckJob } from "./check-device.ts";
import { type DeviceName, deviceRuntime } from "./device.ts";
import { softwareDriverAmong, usedGpuMebibytes } from "./gpu-presence.ts";
import { secondsOfProducts, selfTest } from "./self-test.ts";

const job = JSON.parse(process.argv[2] ?? "") as DeviceCheckJob;
// Exit at once: runtime threads would keep the process alive after the answer.
process.send?.(await check(job), undefined, undefined, () => process.exit(0));

async function check({ device, threads, computeDtype = "float32" }: DeviceCheckJob): Promise<DeviceCheck> {
  try {
    const usedBefore = usedGpuMebibytes();
    const runtime = await deviceRuntime({ device, computeDtype });
    const { passed, detail: outcome } = await selfTest(runtime);
    // GPU memory is read before exit, when drivers free it; if unchanged, another device was used.
    const used = usedBefore === undefined ? undefined : usedGpuMebibytes();
    const detail = used === undefined ? outcome : `${outcome}, GPU memory in use ${usedBefore} → ${used} MiB`;
    const softwareDriver = softwareDriverAmong(loadedLibraries());
    if (!passed) return { device, passed, detail };
    if (softwareDriver !== undefined) return { device, passed, detail, softwareDriver };
    const seconds = {
      device: await secondsOfProducts(runtime),
      cpu: await secondsOfProducts(await deviceRuntime({ device: await cpuHere(), threads })),
    };
    return { device, passed, detail, seconds };
  } catch (error) {
    return { device, passed: false, detail: (error as Error).message.split("\n")[0] ?? "" };
  }
}

async function cpuHere(): Promise<DeviceName> {
  return (await onnxBuild()).kind === "native" ? "cpu" : "wasm";
}
