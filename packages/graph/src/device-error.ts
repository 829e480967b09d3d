/** Thrown when a device is missing, fails, lacks a compute type or computes wrongly. */
export class DeviceError extends Error {
  override readonly name = "DeviceError";
  readonly code = "E_DEVICE";
}

/** Thrown when ONNX Runtime or TensorFlow is not installed; the message has the remedy. */
export class MissingRuntimeError extends Error {
  override readonly name = "MissingRuntimeError";
  readonly code = "E_RUNTIME_MISSING";
}
