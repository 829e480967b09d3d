import { isMainThread } from "node:worker_threads";
import type { NativeOnnxruntime, WasmOnnxruntime } from "@lorank/onnxruntime";
import { assertComputeDtype } from "../compute-dtype.ts";
import { preloadOnnxruntime } from "../cuda/setup.ts";
import { DeviceError, MissingRuntimeError } from "../device-error.ts";
import { loadedLibraries } from "../loaded-libraries.ts";
import { ADD, type OnnxBuild } from "../onnx-packages.ts";
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
  /** Execution provider for the whole program; no fallback to the CPU. (default "cpu") */
  readonly provider?: OnnxProvider;
}

/**
 * Native ONNX Runtime. On the CPU, program, inputs and thread count determine every byte; other providers agree to
 * float32 rounding.
 * @throws MissingRuntimeError; DeviceError `E_DEVICE` for a missing provider or compute type.
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
 * WebAssembly ONNX Runtime: the same bytes in every process; agrees with native builds to float32 rounding. The first
 * call fixes the thread count.
 * @throws MissingRuntimeError.
 */
export async function wasmRuntime({ threads = 1 }: Pick<OnnxOptions, "threads"> = {}): Promise<Runtime> {
  return onnxRuntimeFrom(await loadWasmBuild(threads), { provider: "wasm", threads });
}

/** Execution providers in the native build. Throws MissingRuntimeError. */
export async function installedProviders(): Promise<OnnxProvider[]> {
  return builtProviders(await loadNativeBuild());
}

export interface OnnxLibrary {
  readonly version: string;
  /** Library file this process loaded. */
  readonly path: string;
}

/** Loads the native build. Throws MissingRuntimeError. */
export async function onnxLibrary(): Promise<OnnxLibrary> {
  const { versions } = (await loadNativeBuild()).env;
  const path = loadedLibraries().find((loaded) =>
    /[\\/](lib)?onnxruntime\.[^\\/]*(so|dll|dylib)/.test(loaded),
  );
  if (path === undefined)
    throw new MissingRuntimeError("ONNX Runtime: its library is not among those loaded");
  return { version: versions.node ?? versions.common, path };
}

/** ONNX Runtime build in use: native, else WebAssembly. Throws MissingRuntimeError if neither loads. */
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

/**
 * Native ONNX Runtime without telemetry: onnxruntime-node (perhaps built for CUDA), else `@lorank/onnxruntime`. `lorank
 * doctor --setup-cuda` substitutes the library.
 * @throws MissingRuntimeError with a one-line reason; DeviceError, see {@link disableTelemetry}.
 * @internal Its type comes from a package that users may leave out.
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

/** @param threads for all sessions in this process; the first call decides. */
async function loadWasmBuild(threads = 1): Promise<WasmOnnxruntime> {
  const ours = await imported(() => import("@lorank/onnxruntime"));
  if ("module" in ours) return ours.module.loadWasm({ threads });
  throw new MissingRuntimeError(`ONNX Runtime as WebAssembly: ${ours.broken ?? `not installed; ${ADD}`}`);
}

/** Imported module, or why an installed package does not load. */
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
 * Turns off onnxruntime's telemetry for this process and its children: Linux and macOS builds store a device id and
 * send events to Microsoft. The variable is read once, at the start; a user's value stays. Source: docs/Privacy.md of
 * onnxruntime 1.30.
 * @throws DeviceError in a worker without the variable: native code does not read a worker's environment.
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
