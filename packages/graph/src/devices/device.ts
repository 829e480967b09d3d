import { assertComputeDtype, type ComputeDtype, computeDtypes } from "../compute-dtype.ts";
import { onnxRuntime, wasmRuntime } from "../onnx/node-runtime.ts";
import { type OnnxProvider, providerComputeDtypes } from "../onnx/providers.ts";
import type { Runtime } from "../runtime.ts";
import { findTensorflow } from "../tensorflow/find.ts";

/** Devices for programs; each is a runtime with the processor that it uses. */
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
  /** Threads of one run, on the CPU. (default 1) */
  readonly threads?: number;
  /** Type in which matrix products are computed, as far as the device has it. (default "float32") */
  readonly computeDtype?: ComputeDtype;
}

/** Types of products that a device may have; its self-test shows if it has them here. */
export function computeDtypesOf(device: DeviceName): readonly ComputeDtype[] {
  if (device === "tensorflow" || device === "tensorflow-cpu") return computeDtypes;
  return device === "wasm" ? ["float32"] : providerComputeDtypes[device];
}

/**
 * The runtime of a device, untested: for processes whose parent has chosen it with {@link openDevice}.
 *
 * @throws MissingRuntimeError, DeviceError `E_DEVICE`.
 */
export async function deviceRuntime({
  device,
  threads = 1,
  computeDtype = "float32",
}: RuntimeOptions): Promise<Runtime> {
  assertComputeDtype(device, computeDtypesOf(device), computeDtype);
  switch (device) {
    case "tensorflow": // its GPU, or an error
    case "tensorflow-cpu": {
      // On the CPU it is there to compare runtimes: onnxruntime is faster.
      const { tensorflowRuntime } = await import("../tensorflow/runtime.ts");
      return tensorflowRuntime({ threads, device: device === "tensorflow" ? "gpu" : "cpu", computeDtype });
    }
    case "wasm": // the processor too, where the native build is not to be had
      return wasmRuntime({ threads });
    default:
      return onnxRuntime({ threads, provider: device, computeDtype });
  }
}

/**
 * Devices other than the CPU that `auto` may take, in the order in which it tries them. NVIDIA's own libraries come first,
 * but on Windows WebGPU, as DirectML gets no more work. TensorFlow is last: it runs one operation at a time. CoreML is not
 * among them: it has kernels for a part of a training step only.
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
