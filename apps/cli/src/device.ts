import { InputError } from "@lorank/core";
import { type OpenDevice, type OpenDeviceOptions, openDevice } from "@lorank/graph";

/**
 * Chooses the device of a command and tests it, once for all that the command runs.
 *
 * @throws InputError `E_DEVICE` when the one that was asked for does not work here; MissingRuntimeError.
 */
export async function pickDevice(options: OpenDeviceOptions): Promise<OpenDevice> {
  try {
    return await openDevice(options);
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: string };
    if (code !== "E_DEVICE") throw error;
    throw new InputError("E_DEVICE", `--${message}`, { cause: error });
  }
}
