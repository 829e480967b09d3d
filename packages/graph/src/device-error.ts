/** Thrown when a device that was asked for is not there, or does not do what it should. The message says which and why. */
export class DeviceError extends Error {
  override readonly name = "DeviceError";
  readonly code = "E_DEVICE";
}
