import { isMainThread } from "node:worker_threads";
import type { NativeOnnxruntime, WasmOnnxruntime } from "@lorank/onnxruntime";
import { preloadOnnxruntime } from "../cuda/preload.ts";
import { DeviceError, MissingRuntimeError } from "../device-error.ts";

const ADD = "npm install @lorank/onnxruntime adds it";

/**
 * The native ONNX Runtime, with its telemetry off: onnxruntime-node where the user has installed it, for it may be a
 * build for CUDA, else the one of `@lorank/onnxruntime`. After `lorank doctor --setup-cuda` its library is the one that has
 * CUDA's provider beside it.
 *
 * @throws MissingRuntimeError with the reason, in one line; DeviceError, see {@link disableTelemetry}.
 */
export async function loadNativeBuild(): Promise<NativeOnnxruntime> {
  disableTelemetry(process.env);
  preloadOnnxruntime();
  const own = await imported(() => import("onnxruntime-node"));
  if ("module" in own) return own.module;
  const ours = await imported(() => import("@lorank/onnxruntime"));
  if (!("module" in ours))
    throw new MissingRuntimeError(`ONNX Runtime: ${own.broken ?? ours.broken ?? `not installed; ${ADD}`}`);
  try {
    return ours.module.loadNative();
  } catch (cause) {
    throw new MissingRuntimeError((cause as Error).message, { cause });
  }
}

/**
 * ONNX Runtime as WebAssembly, of `@lorank/onnxruntime`.
 *
 * @param threads of every session of this process; the first call decides.
 * @throws MissingRuntimeError.
 */
export async function loadWasmBuild(threads = 1): Promise<WasmOnnxruntime> {
  const ours = await imported(() => import("@lorank/onnxruntime"));
  if ("module" in ours) return ours.module.loadWasm({ threads });
  throw new MissingRuntimeError(`ONNX Runtime as WebAssembly: ${ours.broken ?? `not installed; ${ADD}`}`);
}

/** A module, or why it does not load although it is installed. */
type Imported<T> = { readonly module: T } | { readonly broken: string | undefined };

async function imported<T>(load: () => Promise<T>): Promise<Imported<T>> {
  try {
    return { module: await load() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { broken: code === "ERR_MODULE_NOT_FOUND" ? undefined : message.split("\n")[0] };
  }
}

/**
 * Turns off the telemetry of onnxruntime for the whole process, and for those that it starts. Its builds for Linux and
 * macOS otherwise keep an id of the device in the home folder and send events to Microsoft. They read the variable once,
 * when they start; a user who has set it keeps it. Source: docs/Privacy.md of onnxruntime 1.30.
 *
 * @throws DeviceError in a worker, unless the variable is set there: a worker has a copy of the environment, and native
 *   code does not see what is set in the copy.
 */
export function disableTelemetry(environment: NodeJS.ProcessEnv, onMainThread = isMainThread): void {
  if (environment.ORT_DISABLE_TELEMETRY !== undefined) return;
  if (!onMainThread) {
    throw new DeviceError(
      "ORT_DISABLE_TELEMETRY must be set before a worker loads onnxruntime, got no such variable\n" +
        "Set it to 1 on the main thread before the worker starts: a worker cannot set it for the process.",
    );
  }
  environment.ORT_DISABLE_TELEMETRY = "1";
}
