import { assertComputeDtype, type ComputeDtype, computeDtypes } from "../compute-dtype.ts";
import { onnxRuntime, wasmRuntime } from "../onnx/node-runtime.ts";
import { type OnnxProvider, providerComputeDtypes } from "../onnx/providers.ts";
import type { Runtime } from "../runtime.ts";
import { findTensorflow } from "../tensorflow/find.ts";

/** Device names, each a runtime with a processor. */
export const deviceNames = [
  "cpu",
  "wasm",
  "webgpu",
  "dml",
  "coreml",
  "cuda",
  "tensorflow",
  "tensorflow-cpu",
] as const;
export type DeviceName = (typeof deviceNames)[number];

export interface RuntimeOptions {
  readonly device: DeviceName;
  /** CPU threads per run. (default 1) */
  readonly threads?: number;
  /** Compute type for matrix products, if the device has it. (default "float32") */
  readonly computeDtype?: ComputeDtype;
}

/** Compute types a device may have; the self-test finds which work on this machine. */
export function computeDtypesOf(device: DeviceName): readonly ComputeDtype[] {
  if (device === "tensorflow" || device === "tensorflow-cpu") return computeDtypes;
  return device === "wasm" ? ["float32"] : providerComputeDtypes[device];
}

/**
 * Opens a device untested, for children whose parent ran {@link openDevice}.
 * @throws MissingRuntimeError, DeviceError `E_DEVICE`, TensorflowError.
 */
export async function deviceRuntime({
  device,
  threads = 1,
  computeDtype = "float32",
}: RuntimeOptions): Promise<Runtime> {
  assertComputeDtype(device, computeDtypesOf(device), computeDtype);
  switch (device) {
    case "tensorflow": // GPU or error
    case "tensorflow-cpu": {
      // TensorFlow on the CPU serves comparisons: onnxruntime is faster.
      const { tensorflowRuntime } = await import("../tensorflow/runtime.ts");
      return tensorflowRuntime({ threads, device: device === "tensorflow" ? "gpu" : "cpu", computeDtype });
    }
    case "wasm": // CPU without a native build
      return wasmRuntime({ threads });
    default:
      return onnxRuntime({ threads, provider: device, computeDtype });
  }
}

/**
 * Devices that `auto` tries before the CPU, in order. CUDA is first; on Windows WebGPU, as DirectML is no longer
 * developed. TensorFlow is last: it runs operations one by one. CoreML lacks most kernels for a training step.
 */
export function autoCandidates(
  providers: readonly OnnxProvider[],
  platform: string = process.platform,
  hasTensorflow = findTensorflow().found,
): DeviceName[] {
  const order = platform === "win32" ? (["webgpu", "dml", "cuda"] as const) : (["cuda", "webgpu"] as const);
  return [
    ...order.filter((provider) => providers.includes(provider)),
    ...(hasTensorflow ? (["tensorflow"] as const) : []),
  ];
}
