import { isMainThread } from "node:worker_threads";
import type { NativeOnnxruntime, WasmOnnxruntime } from "@lorank/onnxruntime";
import { assertComputeDtype, type ComputeDtype } from "../compute-dtype.ts";
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
import { onnxRuntimeFrom, sessionRuntime } from "./runtime.ts";
import { refusal } from "./session.ts";

export interface OnnxOptions {
  /** Threads of one run, on the CPU. (default 1) */
  readonly threads?: number;
  /** What the programs run on, all of each: there is no falling back to the CPU. (default "cpu") */
  readonly provider?: OnnxProvider;
  /** Use only operators that every provider has. (default: everywhere but on the CPU) */
  readonly portable?: boolean;
  /** What matrix products are computed in, where the provider has it; never the CPU. (default "float32") */
  readonly computeDtype?: ComputeDtype;
}

/**
 * The native ONNX Runtime through its public API: onnxruntime-node where it is installed, else what \`@lorank/onnxruntime\` brings. On the CPU the same program on the same inputs gives the same bytes in every
 * process with the same number of threads, and the last bits may change with that number; on other providers the same numbers to float32 rounding.
 *
 * @throws MissingRuntimeError; DeviceError `E_DEVICE` where onnxruntime-node has no such provider on this platform or
 *   the provider no such products, and from `compile` and `run` where the provider cannot be opened or has no kernel for one of the program's operations.
 */
export async function onnxRuntime({
  threads = 1,
  provider = "cpu",
  portable = provider !== "cpu",
  computeDtype = "float32",
}: OnnxOptions = {}): Promise<Runtime> {
  const ort = await loadNativeBuild();
  assertBuilt(ort, provider);
  assertComputeDtype(provider, providerComputeDtypes[provider], computeDtype);
  beforeLoading(provider);
  const said = provider === "cpu" ? await refusal(ort) : undefined;
  return sessionRuntime(ort, { provider, threads, portable, computeDtype, writesOutputs: true, said });
}

/**
 * ONNX Runtime as WebAssembly on the processor, for where there is no native build: the same numbers to float32 rounding,
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
  /** Of the file that this process has loaded. */
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
  /** Of the one as WebAssembly: why it is not the native one. */
  readonly reason?: string;
}

/** Which build is used here: the native one, or WebAssembly where that cannot be loaded. Throws MissingRuntimeError where neither is. */
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
