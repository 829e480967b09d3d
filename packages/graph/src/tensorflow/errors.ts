/** TensorFlow is there but not as asked for: it does not load, or does not use the GPU, or was loaded otherwise before. */
export class TensorflowError extends Error {
  override readonly name = "TensorflowError";
  readonly code: "E_TENSORFLOW" | "E_DEVICE";
  constructor(code: TensorflowError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
