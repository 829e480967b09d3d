import { isMainThread } from "node:worker_threads";
import { DeviceError, MissingRuntimeError } from "../device-error.ts";
import { type Binding, openBinding } from "./binding.ts";
import { checkTensorflowAddon } from "./check-addon.ts";
import { TensorflowError } from "./errors.ts";
import { findTensorflow } from "./find.ts";
import { keepFloat32, type ProcessSettings, variables, withVariables } from "./process.ts";

interface Loaded extends ProcessSettings {
  readonly addon: string;
  readonly binding: Binding;
}

/** TensorFlow is loaded once a process and takes its settings from the first who asks. */
let loaded: Promise<Loaded> | undefined;

/**
 * The add-on, loaded with these settings.
 *
 * @throws MissingRuntimeError E_RUNTIME_MISSING where there is none; DeviceError E_DEVICE where a GPU was asked for
 *   and is not used; TensorflowError E_TENSORFLOW where it does not load or this process has loaded it with other settings.
 */
export async function loadTensorflow(
  directory: string | undefined,
  settings: ProcessSettings,
): Promise<Binding> {
  const place = findTensorflow(directory);
  if (!place.found) throw new MissingRuntimeError(`${place.reason}. What helps: ${place.fix}`);
  if (!isMainThread) {
    throw new TensorflowError(
      "tensorflowRuntime must be made on the main thread, got a worker, whose environment TensorFlow does not see",
    );
  }
  loaded ??= load(place.addon, settings).catch((error: unknown) => {
    loaded = undefined; // nothing was loaded into this process
    throw error;
  });
  const { binding, ...known } = await loaded;
  const asked = { ...settings, addon: place.addon };
  for (const name of ["addon", "device", "threads"] as const) {
    if (known[name] === asked[name]) continue;
    throw new TensorflowError(
      `${name} must be ${known[name]}, with which this process has loaded TensorFlow, got ${asked[name]}`,
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
