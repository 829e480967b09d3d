import type { InferenceSession } from "onnxruntime-node";
import type { ComputeType } from "../compute.ts";
import { DeviceError } from "../device-error.ts";

/** What onnxruntime can run a program on. Which of them there are depends on the platform and on what was installed. */
export const onnxProviders = ["cpu", "cuda", "webgpu", "dml", "coreml"] as const;
export type OnnxProvider = (typeof onnxProviders)[number];

/**
 * What a provider's products may be asked for in; whether it has them on this machine, its first run shows. On x86
 * processors onnxruntime strips the casts off and multiplies in float32. bfloat16: docs/OperatorKernels.md of onnxruntime.
 */
export const providerComputes: Readonly<Record<OnnxProvider, readonly ComputeType[]>> = {
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
    `provider must be one that onnxruntime-node has on ${process.platform} ${process.arch} (${built.join(", ")}), got ${provider}`,
  );
}

/** Session options of a provider. */
export function sessionOptions(provider: OnnxProvider, threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    enableCpuMemArena: false,
    // A pattern asks for all of a run's memory in one piece, which the allocator hands back to the system each time.
    // DirectML refuses it, WebGPU does not use it.
    enableMemPattern: false,
    // Errors only: its hints about graph inputs are not for our users.
    logSeverityLevel: 3,
    extra: {
      // Folding would turn bound 4-bit codes into the float32 weights that they are there to save.
      ...(provider === "cpu" ? {} : { optimization: { disable_specified_optimizers: "ConstantFolding" } }),
      session: {
        // Spinning threads take cores away from the other trials.
        intra_op: { allow_spinning: "0" },
        // Without it a node that the provider cannot run is run by the CPU, and nobody is told.
        ...(provider === "cpu" ? {} : { disable_cpu_ep_fallback: "1" }),
      },
    },
  };
}

/**
 * Float32 products in float32: by default CUDA's libraries round their inputs to TF32, ten bits of fraction. They read
 * the variable when they are first used; who has set it, knows why.
 */
export function beforeLoading(provider: OnnxProvider): void {
  if (provider === "cuda") process.env.NVIDIA_TF32_OVERRIDE ??= "0";
}

/** What to say where a provider's session could not be made, or not be run. */
export function sessionError(provider: OnnxProvider, cause: unknown): Error {
  const said = cause instanceof Error ? cause.message : String(cause);
  if (provider === "cpu") return cause instanceof Error ? cause : new Error(said);
  return new DeviceError(`${provider} ${reason(provider, said)}`, { cause });
}

function reason(provider: OnnxProvider, said: string): string {
  if (/fallback to CPU EP has been explicitly disabled/.test(said))
    return "has no kernel for some operation of this program, which onnxruntime would run on the CPU instead";
  if (/requires f16 but the device does not support it/.test(said))
    return "has no float16 here: the GPU, or its driver, lacks WebGPU's feature shader-f16";
  if (/Failed to get a WebGPU adapter/.test(said))
    return "has no adapter: there is no GPU, or no driver for it";
  if (provider === "cuda" && /Failed to load shared library/.test(said))
    return "could not be loaded: onnxruntime-node's install script fetches its provider, which needs CUDA 12 and cuDNN 9";
  return `could not run this program: ${said.trim().split("\n")[0]}`;
}
