import { availableParallelism } from "node:os";
import { assertComputeDtype, type ComputeDtype, type HalfDtype } from "../compute-dtype.ts";
import { DeviceError, MissingRuntimeError } from "../device-error.ts";
import { installedProviders, onnxBuild } from "../onnx/node-runtime.ts";
import type { Runtime } from "../runtime.ts";
import { findTensorflow } from "../tensorflow/find.ts";
import { checkDevice, type DeviceCheck } from "./check-device.ts";
import {
  autoCandidates,
  computeDtypesOf,
  type DeviceName,
  deviceRuntime,
  type RuntimeOptions,
} from "./device.ts";
import { mayHaveGpu, nvidiaNames } from "./gpu-presence.ts";

export interface OpenDeviceOptions extends Partial<Omit<RuntimeOptions, "device">> {
  /** Device, or `auto`: the first to pass its self-test and beat the CPU, else `cpu` or `wasm`. (default "auto") */
  readonly device?: DeviceName | "auto";
}

export interface OpenDevice {
  readonly runtime: Runtime;
  readonly chose: DeviceName;
  /** Reason for the choice, in a sentence that begins with the chosen device's name. */
  readonly why: string;
}

/**
 * Chooses and opens a device. Other devices than the CPU are tested first, in child processes that may crash.
 * @throws MissingRuntimeError; DeviceError `E_DEVICE` if a named device fails, or none computes in the type.
 */
export async function openDevice({
  device = "auto",
  threads = 1,
  computeDtype = "float32",
}: OpenDeviceOptions = {}): Promise<OpenDevice> {
  const { chose, why } = await chooseDevice(device, await here(), computeDtype);
  return { runtime: await deviceRuntime({ device: chose, threads, computeDtype }), chose, why };
}

export interface SurveyedDevice extends DeviceCheck {
  readonly halves: readonly {
    readonly computeDtype: HalfDtype;
    /** True if the self-test passed in this compute type. */
    readonly passed: boolean;
    /** Speed relative to float32, for a feed-forward layer's products; only for real devices. */
    readonly speedup?: number;
  }[];
}

/** Survey results: every device except the CPU, and the choice that `auto` makes. */
export interface DeviceSurvey {
  readonly devices: readonly SurveyedDevice[];
  readonly auto: Omit<OpenDevice, "runtime">;
}

export interface SurveyOptions {
  /** Test half precision, and drivers on machines without a GPU, which may compile for minutes. (default: true) */
  readonly thorough?: boolean;
}

/** Tests all devices in turn. Throws MissingRuntimeError. */
export async function surveyDevices({ thorough = true }: SurveyOptions = {}): Promise<DeviceSurvey> {
  const surroundings = await here();
  const surveyed = new Map<DeviceName, SurveyedDevice>();
  const { providers } = await nativeBuild();
  const names: readonly DeviceName[] = [
    ...providers,
    ...(findTensorflow().found ? (["tensorflow"] as const) : []),
  ];
  for (const device of names)
    if (device !== "cpu") surveyed.set(device, await surveyDevice(device, surroundings, thorough));
  const auto = await chooseDevice("auto", {
    ...surroundings,
    check: async (device) => surveyed.get(device)!,
  });
  return { devices: [...surveyed.values()], auto };
}

/** Tests a device in float32; if it passes and the survey is `thorough`, also in other types. */
export async function surveyDevice(
  device: DeviceName,
  { check, mayHaveGpu: mayHave }: Pick<Surroundings, "check" | "mayHaveGpu">,
  thorough: boolean,
): Promise<SurveyedDevice> {
  if (!thorough && !mayHave) return { device, passed: false, detail: NO_GPU, halves: [] };
  const whole = await check(device, "float32");
  const halves: SurveyedDevice["halves"][number][] = [];
  if (!thorough) return { ...whole, halves };
  for (const computeDtype of computeDtypesOf(device)) {
    if (computeDtype === "float32" || !whole.passed) continue;
    const { passed, seconds } = await check(device, computeDtype);
    const speedup = whole.seconds && seconds && whole.seconds.device / seconds.device;
    halves.push({ computeDtype, passed, ...(speedup === undefined ? {} : { speedup }) });
  }
  return { ...whole, halves };
}

const NO_GPU = "this machine shows no GPU";

export interface Surroundings {
  readonly candidates: readonly DeviceName[];
  readonly mayHaveGpu: boolean;
  readonly gpuNames: readonly string[];
  readonly check: (device: DeviceName, computeDtype: ComputeDtype) => Promise<DeviceCheck>;
  /** Reason why ONNX Runtime's native build does not load; `wasm` then replaces the CPU. */
  readonly noNativeBuild?: string | undefined;
}

async function here(): Promise<Surroundings> {
  const { providers, noNativeBuild } = await nativeBuild();
  return {
    noNativeBuild,
    candidates: autoCandidates(providers),
    mayHaveGpu: mayHaveGpu(),
    gpuNames: nvidiaNames(),
    check: (device, computeDtype) => checkDevice({ device, threads: availableParallelism(), computeDtype }),
  };
}

async function nativeBuild() {
  const { kind, reason: noNativeBuild } = await onnxBuild();
  return { noNativeBuild, providers: kind === "native" ? await installedProviders() : [] };
}

export async function chooseDevice(
  device: DeviceName | "auto",
  surroundings: Surroundings,
  computeDtype: ComputeDtype = "float32",
): Promise<Omit<OpenDevice, "runtime">> {
  if (device !== "auto") assertComputeDtype(device, computeDtypesOf(device), computeDtype);
  const { candidates, check, gpuNames, noNativeBuild } = surroundings;
  if (device === "cpu" && noNativeBuild !== undefined)
    throw new MissingRuntimeError(`${noNativeBuild}\nDevice wasm works without it, more slowly.`);
  if (device === "cpu" || device === "wasm") return { chose: device, why: `${device}: as asked` };
  if (device !== "auto") {
    const found = await check(device, computeDtype);
    if (found.passed) return { chose: device, why: inWords(found, gpuNames) };
    const works = computeDtype === "float32" ? "works here" : `computes in ${computeDtype} here`;
    throw new DeviceError(`device must be one that ${works}, got ${device}: ${withoutName(found)}`);
  }
  const cpu = noNativeBuild === undefined ? "cpu" : "wasm";
  if (!surroundings.mayHaveGpu) return onTheCpu(cpu, computeDtype, NO_GPU);
  const reasons: string[] = [];
  for (const candidate of candidates) {
    if (!computeDtypesOf(candidate).includes(computeDtype)) {
      reasons.push(`${candidate}: has no ${computeDtype} products`);
      continue;
    }
    const found = await check(candidate, computeDtype);
    const against = objection(found);
    if (against === undefined) return { chose: candidate, why: inWords(found, gpuNames) };
    reasons.push(against);
  }
  return onTheCpu(cpu, computeDtype, ["no other device is used", ...reasons].join("; "));
}

/** CPU or WebAssembly, when `auto` takes no other device. Throws DeviceError if it lacks the type. */
function onTheCpu(
  chose: "cpu" | "wasm",
  computeDtype: ComputeDtype,
  reason: string,
): Omit<OpenDevice, "runtime"> {
  if (computeDtype === "float32") return { chose, why: `${chose}: ${reason}` };
  throw new DeviceError(`computeDtype must be float32 where the CPU is used, got ${computeDtype}: ${reason}`);
}

/** Reason why `auto` does not take a tested device; undefined if it does. */
function objection(check: DeviceCheck): string | undefined {
  const { device, passed, softwareDriver, seconds } = check;
  if (!passed) return `${device}: ${withoutName(check)}`;
  if (softwareDriver !== undefined)
    return `${device}: its driver is ${softwareDriver}, which computes on the CPU and is slower than this runtime`;
  if (seconds === undefined || seconds.device < seconds.cpu) return undefined;
  return `${device}: slower than the CPU (${milliseconds(seconds.device)} against ${milliseconds(seconds.cpu)} for a feed-forward layer)`;
}

function inWords(
  { device, detail, softwareDriver, seconds }: DeviceCheck,
  gpuNames: readonly string[],
): string {
  return [
    `${device}: ${detail}`,
    // With several GPUs, no runtime tells which it took.
    ...(softwareDriver === undefined && gpuNames.length === 1 ? gpuNames : []),
    ...(softwareDriver === undefined ? [] : [`on ${softwareDriver}, a driver that computes on the CPU`]),
    ...(seconds === undefined ? [] : [`${(seconds.cpu / seconds.device).toFixed(1)} × the CPU's speed`]),
  ].join(", ");
}

/** Test detail without the provider's name, with which the provider's errors begin. */
function withoutName({ device, detail }: DeviceCheck): string {
  return detail.startsWith(`${device} `) ? detail.slice(device.length + 1) : detail;
}

const milliseconds = (seconds: number): string => `${(1000 * seconds).toFixed(1)} ms`;
