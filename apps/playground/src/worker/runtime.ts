import { InputError } from "@lorank/core";
import { type OnnxModule, onnxRuntimeFrom, type Runtime } from "@lorank/graph";
import type { Device } from "../settings.ts";
import { asset, assetUrl } from "./asset.ts";

/** Thread limit: more do not help models that fit a tab. */
export const MOST_THREADS = 4;

/** Thread count; several need a page isolated from other origins. */
export const threads = crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency) : 1;

const opened = new Map<Device, Promise<OnnxModule>>();

/** Opens a device's runtime; WebAssembly is loaded once. */
export async function openRuntime(device: Device): Promise<Runtime> {
  let loading = opened.get(device);
  if (loading === undefined) {
    loading = device === "wasm" ? loadWasm() : loadWebgpu();
    opened.set(device, loading);
    loading.catch(() => opened.delete(device)); // a failed load allows another try
  }
  return onnxRuntimeFrom(await loading, { provider: device });
}

async function loadWasm(): Promise<OnnxModule> {
  const [ort, bytes] = await Promise.all([
    import("onnxruntime-web/wasm"),
    asset("ort-wasm-simd-threaded.wasm"),
  ]);
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmBinary = bytes.buffer;
  return ort as unknown as OnnxModule;
}

async function loadWebgpu(): Promise<OnnxModule> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
  if (((await gpu?.requestAdapter()) ?? null) === null)
    throw new InputError(
      "E_DEVICE",
      "this browser reaches no GPU: WebGPU found no adapter\nChoose WebAssembly as the device; it runs everywhere.",
    );
  const ort = await import("onnxruntime-web/webgpu");
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = { wasm: assetUrl("ort-wasm-simd-threaded.asyncify.wasm") };
  return ort as unknown as OnnxModule;
}
