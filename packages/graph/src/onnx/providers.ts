import type { ComputeDtype } from "../compute-dtype.ts";
import { preloadCuda } from "../cuda/setup.ts";
import { DeviceError } from "../device-error.ts";

/** Execution providers; platform and installation decide which exist. */
const onnxProviders = ["cpu", "cuda", "webgpu", "dml", "coreml"] as const;
export type OnnxProvider = (typeof onnxProviders)[number];

/**
 * Compute types that a provider may have; the self-test shows which work. On x86 onnxruntime's CPU drops the casts.
 * bfloat16: docs/OperatorKernels.md of onnxruntime.
 */
export const providerComputeDtypes: Readonly<Record<OnnxProvider, readonly ComputeDtype[]>> = {
  cpu: ["float32"],
  cuda: ["float32", "float16", "bfloat16"],
  webgpu: ["float32", "float16"],
  dml: ["float32", "float16"],
  coreml: ["float32", "float16"],
};

interface Backends {
  listSupportedBackends(): readonly { readonly name: string }[];
}

/** Providers in onnxruntime-node on this platform, working or not. */
export function builtProviders(ort: Backends): OnnxProvider[] {
  const built = new Set(ort.listSupportedBackends().map(({ name }) => name));
  return onnxProviders.filter((provider) => built.has(provider));
}

/** Throws E_DEVICE unless onnxruntime-node has the provider built in. */
export function assertBuilt(ort: Backends, provider: OnnxProvider): void {
  const built = builtProviders(ort);
  if (built.includes(provider)) return;
  throw new DeviceError(
    `provider must be one that ONNX Runtime has on ${process.platform} ${process.arch} (${built.join(", ")}), got ${provider}`,
  );
}

/**
 * Loads CUDA's libraries, and keeps them from rounding float32 to TF32. They read the variable at first use; a user's
 * value stays.
 * @throws DeviceError, see {@link preloadCuda}.
 */
export function beforeLoading(provider: OnnxProvider): void {
  if (provider !== "cuda") return;
  process.env.NVIDIA_TF32_OVERRIDE ??= "0";
  preloadCuda();
}
