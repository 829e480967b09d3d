import type { ComputeDtype } from "../compute-dtype.ts";
import { preloadCuda } from "../cuda/setup.ts";
import { DeviceError } from "../device-error.ts";

/** Execution providers of onnxruntime. The platform and the installation decide which of them there are. */
const onnxProviders = ["cpu", "cuda", "webgpu", "dml", "coreml"] as const;
export type OnnxProvider = (typeof onnxProviders)[number];

/**
 * Types of products that a provider may have; its first run shows if it has them on this machine. On x86
 * processors onnxruntime strips the casts off and multiplies in float32. bfloat16: docs/OperatorKernels.md of onnxruntime.
 */
export const providerComputeDtypes: Readonly<Record<OnnxProvider, readonly ComputeDtype[]>> = {
  cpu: ["float32"],
  cuda: ["float32", "float16", "bfloat16"],
  webgpu: ["float32", "float16"],
  dml: ["float32", "float16"],
  coreml: ["float32", "float16"],
};

/** The part of onnxruntime-node that says what it was built with. */
interface Backends {
  listSupportedBackends(): readonly { readonly name: string }[];
}

/** Providers that onnxruntime-node has on this platform; whether they work here is another question. */
export function builtProviders(ort: Backends): OnnxProvider[] {
  const built = new Set(ort.listSupportedBackends().map(({ name }) => name));
  return onnxProviders.filter((provider) => built.has(provider));
}

/** Throws E_DEVICE unless onnxruntime-node has the provider on this platform. */
export function assertBuilt(ort: Backends, provider: OnnxProvider): void {
  const built = builtProviders(ort);
  if (built.includes(provider)) return;
  throw new DeviceError(
    `provider must be one that ONNX Runtime has on ${process.platform} ${process.arch} (${built.join(", ")}), got ${provider}`,
  );
}

/**
 * Loads CUDA's libraries, where they were set up, and keeps float32 products in float32. By default those libraries round
 * their inputs to TF32, ten bits of fraction. They read the variable when they are first used; a user's own value stays.
 *
 * @throws DeviceError, see {@link preloadCuda}.
 */
export function beforeLoading(provider: OnnxProvider): void {
  if (provider !== "cuda") return;
  process.env.NVIDIA_TF32_OVERRIDE ??= "0";
  preloadCuda();
}
