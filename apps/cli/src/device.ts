import { InputError } from "@lorank/core";
import type { ComputeDtype } from "@lorank/graph";
import { type OpenDevice, type OpenDeviceOptions, onnxBuild, openDevice } from "@lorank/graph/devices";
import { buildWords } from "./onnx-words.ts";

export interface AskedDevice extends Omit<OpenDeviceOptions, "computeDtype"> {
  readonly compute: ComputeDtype;
}

/**
 * Chooses a device, and tests that it computes correctly. `why` names ONNX Runtime's build where it is used.
 * @throws `E_DEVICE` if the requested device does not work here; MissingRuntimeError.
 */
export async function pickDevice({ compute, ...options }: AskedDevice): Promise<OpenDevice> {
  try {
    const opened = await openDevice({ ...options, computeDtype: compute });
    if (opened.runtime.name !== "onnx") return opened;
    return { ...opened, why: `${opened.why}; ${await buildHere()}` };
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: string };
    if (code !== "E_DEVICE") throw error;
    throw new InputError("E_DEVICE", `--${message?.replace(/^computeDtype\b/, "compute")}`, { cause: error });
  }
}

/** Names ONNX Runtime's build, and any faster build. Throws MissingRuntimeError. */
export async function buildHere(): Promise<string> {
  return buildWords(await onnxBuild());
}
