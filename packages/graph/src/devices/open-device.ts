import { availableParallelism } from "node:os";
import { DeviceError } from "../device-error.ts";
import { installedProviders } from "../onnx/runtime.ts";
import type { Runtime } from "../runtime.ts";
import { findTensorflow } from "../tensorflow/find.ts";
import { autoCandidates, type DeviceName, deviceRuntime } from "./device.ts";
import { mayHaveGpu, nvidiaNames } from "./gpu-presence.ts";
import { type Probe, probeDevice } from "./probe.ts";

export interface OpenDeviceOptions {
  /** `auto` takes the first device besides the CPU that passes its self-test and is faster, else the CPU. (default "auto") */
  readonly device?: DeviceName | "auto";
  /** Threads of one run, on the CPU. (default 1) */
  readonly threads?: number;
}

export interface OpenDevice {
  readonly runtime: Runtime;
  readonly chose: DeviceName;
  /** What was chosen and why, in a sentence that begins with the device's name. */
  readonly why: string;
}

/**
 * Chooses a device, tests it before it is trusted, and opens it. The CPU is not tested here; what others are, is tried
 * in a process of its own, so a driver that crashes costs nothing.
 *
 * @throws MissingRuntimeError; DeviceError `E_DEVICE` when a device that was asked for by name does not work.
 */
export async function openDevice({
  device = "auto",
  threads = 1,
}: OpenDeviceOptions = {}): Promise<OpenDevice> {
  const { chose, why } = await chooseDevice(device, await here());
  return { runtime: await deviceRuntime({ device: chose, threads }), chose, why };
}

/** Every device that onnxruntime-node has here besides the CPU, with the outcome of its self-test, and what `auto` takes. */
export interface DeviceSurvey {
  readonly probes: readonly Probe[];
  readonly auto: Omit<OpenDevice, "runtime">;
}

/** Tests all devices, one after the other, for a person who wants to know. Throws MissingRuntimeError. */
export async function surveyDevices(): Promise<DeviceSurvey> {
  const surroundings = await here();
  const probes = new Map<DeviceName, Probe>();
  const devices: readonly DeviceName[] = [
    ...(await installedProviders()),
    ...(findTensorflow().found ? (["tensorflow"] as const) : []),
  ];
  for (const device of devices) if (device !== "cpu") probes.set(device, await surroundings.probe(device));
  const auto = await chooseDevice("auto", { ...surroundings, probe: async (device) => probes.get(device)! });
  return { probes: [...probes.values()], auto };
}

/** What a choice rests on. */
export interface Surroundings {
  readonly candidates: readonly DeviceName[];
  readonly mayHaveGpu: boolean;
  readonly gpuNames: readonly string[];
  readonly probe: (device: DeviceName) => Promise<Probe>;
}

async function here(): Promise<Surroundings> {
  return {
    candidates: autoCandidates(await installedProviders()),
    mayHaveGpu: mayHaveGpu(),
    gpuNames: nvidiaNames(),
    probe: (device) => probeDevice({ device, threads: availableParallelism() }),
  };
}

/** The decision of {@link openDevice}, from what it rests on. */
export async function chooseDevice(
  device: DeviceName | "auto",
  surroundings: Surroundings,
): Promise<Omit<OpenDevice, "runtime">> {
  if (device === "cpu") return { chose: "cpu", why: "cpu: as asked" };
  if (device !== "auto") return named(device, surroundings);
  const { candidates, probe, gpuNames } = surroundings;
  if (!surroundings.mayHaveGpu) return { chose: "cpu", why: "cpu: this machine shows no GPU" };
  const reasons: string[] = [];
  for (const candidate of candidates) {
    const found = await probe(candidate);
    const against = objection(found);
    if (against === undefined) return { chose: candidate, why: inWords(found, gpuNames) };
    reasons.push(against);
  }
  return { chose: "cpu", why: ["cpu: no other device is used", ...reasons].join("; ") };
}

async function named(
  device: DeviceName,
  { probe, gpuNames }: Surroundings,
): Promise<Omit<OpenDevice, "runtime">> {
  const found = await probe(device);
  if (found.passed) return { chose: device, why: inWords(found, gpuNames) };
  throw new DeviceError(`device must be one that works here, got ${device}: ${withoutName(found)}`);
}

/** Why `auto` does not take a device; undefined where it does. */
function objection(probe: Probe): string | undefined {
  const { device, passed, softwareDriver, seconds } = probe;
  if (!passed) return `${device}: ${withoutName(probe)}`;
  if (softwareDriver !== undefined)
    return `${device}: its driver is ${softwareDriver}, which computes on the CPU and is slower than this runtime`;
  if (seconds === undefined || seconds.device < seconds.cpu) return undefined;
  return `${device}: slower than the CPU (${milliseconds(seconds.device)} against ${milliseconds(seconds.cpu)} for a feed-forward layer)`;
}

function inWords({ device, detail, softwareDriver, seconds }: Probe, gpuNames: readonly string[]): string {
  return [
    `${device}: ${detail}`,
    // With several GPUs nobody says which one it is.
    ...(softwareDriver === undefined && gpuNames.length === 1 ? gpuNames : []),
    ...(softwareDriver === undefined ? [] : [`on ${softwareDriver}, a driver that computes on the CPU`]),
    ...(seconds === undefined ? [] : [`${(seconds.cpu / seconds.device).toFixed(1)} × the CPU's speed`]),
  ].join(", ");
}

/** Errors of a provider begin with its name. */
function withoutName({ device, detail }: Probe): string {
  return detail.startsWith(`${device} `) ? detail.slice(device.length + 1) : detail;
}

const milliseconds = (seconds: number): string => `${(1000 * seconds).toFixed(1)} ms`;
