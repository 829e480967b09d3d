import { InputError } from "@lorank/core";
import type { ComputeDtype } from "@lorank/graph";
import { type OpenDevice, type OpenDeviceOptions, openDevice } from "@lorank/graph/devices";

/** A device as the flags ask for it. */
export interface AskedDevice extends Omit<OpenDeviceOptions, "computeDtype"> {
  readonly compute: ComputeDtype;
}

/**
 * Chooses the device of a command and tests it, once for all that the command runs.
 *
 * @throws InputError `E_DEVICE` when the one that was asked for does not work here; MissingRuntimeError.
 */
export async function pickDevice({ compute, ...options }: AskedDevice): Promise<OpenDevice> {
  try {
    return await openDevice({ ...options, computeDtype: compute });
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: string };
    if (code !== "E_DEVICE") throw error;
    throw new InputError("E_DEVICE", `--${message?.replace(/^computeDtype\b/, "compute")}`, { cause: error });
  }
}
