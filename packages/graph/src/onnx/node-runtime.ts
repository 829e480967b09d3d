import { isMainThread } from "node:worker_threads";
import type { NativeOnnxruntime, WasmOnnxruntime } from "@lorank/onnxruntime";
import { assertComputeDtype } from "../compute-dtype.ts";
import { preloadOnnxruntime } from "../cuda/setup.ts";
import { DeviceError, MissingRuntimeError } from "../device-error.ts";
import { loadedLibraries } from "../loaded-libraries.ts";
import type { Runtime } from "../runtime.ts";
import {
  assertBuilt,
  beforeLoading,
  builtProviders,
  type OnnxProvider,
  providerComputeDtypes,
} from "./providers.ts";
import { type OnnxModuleOptions, onnxRuntimeFrom, sessionRuntime } from "./runtime.ts";
import { writtenMessage } from "./session.ts";

export interface OnnxOptions extends Omit<OnnxModuleOptions, "provider"> {
  /** Runs all of a program: there is no falling back to the CPU. (default "cpu") */
  readonly provider?: OnnxProvider;
}

/**
 * The native ONNX Runtime through its public API: onnxruntime-node where it is installed, else the build of
 * `@lorank/onnxruntime`. On the CPU the same program, inputs and number of threads give the same bytes in every process. The
 * last bits may change with the number of threads. Other providers give the same numbers to float32 rounding.
 *
 * @throws MissingRuntimeError; DeviceError `E_DEVICE` where ONNX Runtime has no such provider on this platform, or the
 *   provider no such products. `compile` and `run` throw as those of `onnxRuntimeFrom`.
 */
export async function onnxRuntime(options: OnnxOptions = {}): Promise<Runtime> {
  const { provider = "cpu", computeDtype = "float32" } = options;
  const ort = await loadNativeBuild();
  assertBuilt(ort, provider);
  assertComputeDtype(provider, providerComputeDtypes[provider], computeDtype);
  beforeLoading(provider);
  const endMessage = provider === "cpu" ? await writtenMessage(ort) : undefined;
  return sessionRuntime(ort, { ...options, provider, writesOutputs: true, endMessage });
}

/**
 * ONNX Runtime as WebAssembly on the processor, in place of a native build. It gives the same numbers to float32 rounding,
 * and the same bytes in every process. All runtimes of a process have the threads of the first.
 *
 * @throws MissingRuntimeError.
 */
export async function wasmRuntime({ threads = 1 }: Pick<OnnxOptions, "threads"> = {}): Promise<Runtime> {
  return onnxRuntimeFrom(await loadWasmBuild(threads), { provider: "wasm", threads });
}

/** Providers that the native build has here. Throws MissingRuntimeError. */
export async function installedProviders(): Promise<OnnxProvider[]> {
  return builtProviders(await loadNativeBuild());
}

/** The library behind the native build. */
export interface OnnxLibrary {
  readonly version: string;
  /** Path of the file that this process has loaded. */
  readonly path: string;
}

/** Loads the native build and says from where. Throws MissingRuntimeError. */
export async function onnxLibrary(): Promise<OnnxLibrary> {
  const { versions } = (await loadNativeBuild()).env;
  const path = loadedLibraries().find((loaded) =>
    /[\\/](lib)?onnxruntime\.[^\\/]*(so|dll|dylib)/.test(loaded),
  );
  if (path === undefined)
    throw new MissingRuntimeError("ONNX Runtime: its library is not among those loaded");
  return { version: versions.node ?? versions.common, path };
}

/** The build of ONNX Runtime that is used here. */
export interface OnnxBuild {
  readonly kind: "native" | "wasm";
  readonly version: string;
  /** Reason why it is WebAssembly and not the native build. */
  readonly reason?: string;
}

/** Finds the build that is used here: the native one, or else WebAssembly. Throws MissingRuntimeError if neither loads. */
export async function onnxBuild(): Promise<OnnxBuild> {
  try {
    const { versions } = (await loadNativeBuild()).env;
    return { kind: "native", version: versions.node ?? versions.common };
  } catch (error) {
    if (!(error instanceof MissingRuntimeError)) throw error;
    const { versions } = (await loadWasmBuild()).env;
    return { kind: "wasm", version: versions.web ?? versions.common, reason: error.message };
  }
}

const ADD = "npm install @lorank/onnxruntime adds it";

/**
 * The native ONNX Runtime, with its telemetry off. It is onnxruntime-node where the user has installed it, for that may be
 * a build for CUDA, else the one of `@lorank/onnxruntime`. After `lorank doctor --setup-cuda` its library is the one that
 * has CUDA's provider beside it.
 *
 * @throws MissingRuntimeError with the reason, in one line; DeviceError, see {@link disableTelemetry}.
 * @internal Its type is of a package that users may leave out.
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
async function loadWasmBuild(threads = 1): Promise<WasmOnnxruntime> {
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
 * @throws DeviceError in a worker, unless the variable is set there. A worker has a copy of the environment, which native
 *   code does not read.
 */
export function disableTelemetry(
  environment: Record<string, string | undefined>,
  onMainThread = isMainThread,
): void {
  if (environment.ORT_DISABLE_TELEMETRY !== undefined) return;
  if (!onMainThread) {
    throw new DeviceError(
      "ORT_DISABLE_TELEMETRY must be set before a worker loads onnxruntime, got no such variable\n" +
        "Set it to 1 on the main thread before the worker starts: a worker cannot set it for the process.",
    );
  }
  environment.ORT_DISABLE_TELEMETRY = "1";
}
