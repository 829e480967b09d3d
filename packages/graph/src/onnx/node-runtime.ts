import { assertComputeDtype, type ComputeDtype } from "../compute-dtype.ts";
import type { Runtime } from "../runtime.ts";
import { refusal } from "./in-place.ts";
import { loadOnnxruntime } from "./load.ts";
import {
  assertBuilt,
  beforeLoading,
  builtProviders,
  type OnnxProvider,
  providerComputeDtypes,
} from "./providers.ts";
import { sessionRuntime } from "./runtime.ts";

export interface OnnxOptions {
  /** Threads of one run, on the CPU. (default 1) */
  readonly threads?: number;
  /** What the programs run on, all of each: there is no falling back to the CPU. (default "cpu") */
  readonly provider?: OnnxProvider;
  /** Use only operators that every provider has; see {@link toOnnx}. (default: everywhere but on the CPU) */
  readonly portable?: boolean;
  /** What matrix products are computed in, where the provider has it; never the CPU. (default "float32") */
  readonly computeDtype?: ComputeDtype;
}

/**
 * onnxruntime-node through its public API. On the CPU the same program on the same inputs gives the same bytes in every
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
  const ort = await loadOnnxruntime();
  assertBuilt(ort, provider);
  assertComputeDtype(provider, providerComputeDtypes[provider], computeDtype);
  beforeLoading(provider);
  const said = provider === "cpu" ? await refusal(ort) : undefined;
  return sessionRuntime(ort, { provider, threads, portable, computeDtype, writesOutputs: true, said });
}

/** Providers that the installed onnxruntime-node was built with. Throws MissingRuntimeError. */
export async function installedProviders(): Promise<OnnxProvider[]> {
  return builtProviders(await loadOnnxruntime());
}
