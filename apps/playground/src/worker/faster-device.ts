import type { TrialResult } from "@lorank/evidence/results";
import type { Device } from "../settings.ts";
import { failureText, Stopped } from "./failure.ts";

export interface FirstSteps {
  readonly losses: readonly number[];
  /** Seconds for the device's fastest step; infinite after a single step. */
  readonly seconds: number;
}

export interface DeviceChoice {
  readonly device: Device;
  /** Reason for the choice of device, in a sentence. */
  readonly why?: string;
}

/** Relative loss difference that float32 rounding explains in a few steps. */
const TOLERANCE = 1e-3;

/** Takes the GPU if its first steps are faster than WebAssembly's, with equal losses. */
export async function fasterDevice(
  firstSteps: (device: Device) => Promise<FirstSteps>,
): Promise<DeviceChoice> {
  const wasm = await firstSteps("wasm");
  let gpu: FirstSteps;
  try {
    gpu = await firstSteps("webgpu");
  } catch (error) {
    if (error instanceof Stopped) throw error;
    return onWasm(`the GPU failed: ${failureText(error).split("\n")[0]}`);
  }
  const apart = Math.max(...wasm.losses.map((loss, i) => Math.abs(gpu.losses[i]! - loss) / Math.abs(loss)));
  if (!(apart <= TOLERANCE)) return onWasm(`the GPU's losses are ${(100 * apart).toPrecision(2)} % off`);
  const times = `${secondsInWords(gpu.seconds)} a step on the GPU, ${secondsInWords(wasm.seconds)} on WebAssembly`;
  return gpu.seconds < wasm.seconds ? { device: "webgpu", why: `Runs on the GPU: ${times}.` } : onWasm(times);
}

export function deviceOf({ measured }: Pick<TrialResult, "measured">): Device {
  return measured?.provenance?.device?.startsWith("webgpu") ? "webgpu" : "wasm";
}

function onWasm(reason: string): DeviceChoice {
  return { device: "wasm", why: `Runs on WebAssembly: ${reason}.` };
}

function secondsInWords(seconds: number): string {
  return `${seconds.toPrecision(2)} s`;
}
