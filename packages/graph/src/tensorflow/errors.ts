/** TensorFlow is there and does not do: it does not load, an operation fails, or it was loaded otherwise before. */
export class TensorflowError extends Error {
  override readonly name = "TensorflowError";
  readonly code = "E_TENSORFLOW";
}
