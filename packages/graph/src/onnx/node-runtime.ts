import { assertComputeDtype, type ComputeDtype } from "../compute-dtype.ts";
import { MissingRuntimeError } from "../device-error.ts";
import { loadedLibraries } from "../loaded-libraries.ts";
import type { Runtime } from "../runtime.ts";
import { refusal } from "./in-place.ts";
import { loadNativeBuild, loadWasmBuild } from "./load.ts";
import {
  assertBuilt,
  beforeLoading,
  builtProviders,
  type OnnxProvider,
  providerComputeDtypes,
} from "./providers.ts";
import { onnxRuntimeFrom, sessionRuntime } from "./runtime.ts";

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
