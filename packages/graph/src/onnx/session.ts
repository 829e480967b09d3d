import { DeviceError } from "../device-error.ts";

/** What is used of a tensor of ONNX Runtime's. */
export interface OnnxTensor {
  readonly data: unknown;
}

/** What is used of an inference session of ONNX Runtime's. */
export interface OnnxSession {
  run(
    feeds: Readonly<Record<string, OnnxTensor>>,
    fetches: Readonly<Record<string, OnnxTensor | null>>,
  ): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

/** What is used of the module onnxruntime-node, onnxruntime-web or onnxruntime-common. */
export interface OnnxModule {
  readonly InferenceSession: { create(model: Uint8Array, options?: object): Promise<OnnxSession> };
  readonly Tensor: new (
    dtype: "float32" | "int64" | "uint8",
    data: Float32Array,
    shape: readonly number[],
  ) => OnnxTensor;
}

/** Whether an execution provider computes on the CPU: `cpu` in Node, `wasm` in a browser. */
export function isCpu(provider: string): boolean {
  return provider === "cpu" || provider === "wasm";
}

/** Session options of a provider. */
export function sessionOptions(provider: string, threads: number) {
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
      ...(isCpu(provider) ? {} : { optimization: { disable_specified_optimizers: "ConstantFolding" } }),
      session: {
        // Spinning threads take cores away from the other trials.
        intra_op: { allow_spinning: "0" },
        // Without it a node that the provider cannot run is run by the CPU, and nobody is told.
        ...(isCpu(provider) ? {} : { disable_cpu_ep_fallback: "1" }),
      },
    },
  };
}

/** What to say where a provider's session could not be made, or not be run. */
export function sessionError(provider: string, cause: unknown): Error {
  const said = cause instanceof Error ? cause.message : String(cause);
  if (isCpu(provider)) return cause instanceof Error ? cause : new Error(said);
  return new DeviceError(`${provider} ${reason(provider, said)}`, { cause });
}

function reason(provider: string, said: string): string {
  if (/fallback to CPU EP has been explicitly disabled/.test(said))
    return "has no kernel for some operation of this program, which onnxruntime would run on the CPU instead";
  if (/requires f16 but the device does not support it/.test(said))
    return "has no float16 here: the GPU, or its driver, lacks WebGPU's feature shader-f16";
  if (/Failed to get a WebGPU adapter/.test(said))
    return "has no adapter: there is no GPU, or no driver for it";
  const failure = /CUDA failure \d+: [^;]+?(?= ?;)/.exec(said);
  if (failure !== null) return `could not run this program: ${failure[0]}`;
  if (provider === "cuda" && /Failed to load shared library/.test(said))
    return "could not be loaded: its provider or a library of CUDA is not here; lorank doctor --setup-cuda DIR takes them from a Python environment";
  return `could not run this program: ${said.trim().split("\n")[0]}`;
}
