/** Thrown when a requested device is not there, or does not do what it should. The message names it and the reason. */
export class DeviceError extends Error {
  override readonly name = "DeviceError";
  readonly code = "E_DEVICE";
}

/** Thrown when ONNX Runtime or TensorFlow is not installed; the message says how to add it. */
export class MissingRuntimeError extends Error {
  override readonly name = "MissingRuntimeError";
  readonly code = "E_RUNTIME_MISSING";
}
