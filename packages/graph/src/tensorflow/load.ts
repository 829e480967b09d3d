import { constants } from "node:os";
import { isMainThread } from "node:worker_threads";
import { DeviceError, MissingRuntimeError } from "../device-error.ts";
import {
  checkTensorflowAddon,
  keepFloat32,
  type ProcessSettings,
  TensorflowError,
  variables,
  withVariables,
} from "./check-addon.ts";
import { findTensorflow } from "./find.ts";
import type { Attribute } from "./plan.ts";

interface Loaded extends ProcessSettings {
  readonly addon: string;
  readonly binding: Binding;
}

/** TensorFlow add-on of this process, loaded by the first call; later calls with other settings throw. */
let loaded: Promise<Loaded> | undefined;

/**
 * Loads TensorFlow.
 * @throws MissingRuntimeError E_RUNTIME_MISSING without an add-on; DeviceError E_DEVICE if the requested GPU is unused.
 * @throws TensorflowError E_TENSORFLOW if it does not load, or was loaded with other settings.
 */
export async function loadTensorflow(
  directory: string | undefined,
  settings: ProcessSettings,
): Promise<Binding> {
  const place = findTensorflow(directory);
  if (!place.found) throw new MissingRuntimeError(`${place.reason}. What helps: ${place.fix}`);
  if (!isMainThread) {
    throw new TensorflowError(
      "TensorFlow must be used on the main thread, got a worker, whose environment it does not see",
    );
  }
  loaded ??= load(place.addon, settings).catch((error: unknown) => {
    loaded = undefined; // nothing was loaded
    throw error;
  });
  const { binding, ...known } = await loaded;
  const requested = { ...settings, addon: place.addon };
  for (const name of ["addon", "device", "threads"] as const) {
    if (known[name] === requested[name]) continue;
    throw new TensorflowError(
      `${name} must be ${known[name]}, with which this process has loaded TensorFlow, got ${requested[name]}`,
    );
  }
  return binding;
}

async function load(addon: string, settings: ProcessSettings): Promise<Loaded> {
  const { gpu, version } = await checkTensorflowAddon(addon, settings);
  if (settings.device === "gpu" && !gpu) {
    throw new DeviceError(
      `device gpu must be one that TensorFlow can use, got none: TensorFlow ${version} of ${addon} runs on the CPU here`,
    );
  }
  keepFloat32(settings);
  const binding = withVariables(variables(settings, process.env), () => openBinding(addon));
  if (binding.isUsingGpuDevice() !== (settings.device === "gpu"))
    throw new DeviceError(`device must be ${settings.device}, got the other`);
  return { ...settings, addon, binding };
}

/**
 * Add-on from tfjs-node 4.22.0: eager operations on numbered tensors. Source:
 * https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-node/binding/tfjs_binding.cc
 */
export interface Binding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
  /**
   * Creates a tensor. int64 data is an Int32Array with twice the length. Memory may be shared until the tensor is
   * deleted.
   */
  createTensor(shape: readonly number[], dtype: number, data: Float32Array | Int32Array | Uint8Array): number;
  executeOp(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): readonly { readonly id: number }[];
  /** Copies the elements. Throws for uint8. */
  tensorDataSync(id: number): Float32Array | Int32Array | BigInt64Array;
  deleteTensor(id: number): void;
  getNumOfTensors(): number;
}

/** Loads the add-on. Symbols resolve at once: a missing symbol throws here instead of crashing later. */
function openBinding(path: string): Binding {
  const module = { exports: {} as Binding };
  process.dlopen(module, path, constants.dlopen.RTLD_NOW);
  return module.exports;
}
