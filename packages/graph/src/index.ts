export type { ComputeDtype } from "./compute-dtype.ts";
export { gradient } from "./gradient.ts";
export { referenceRuntime } from "./interpreter/runtime.ts";
export { type RunMemory, runMemory } from "./onnx/peak-bytes.ts";
export { onnxRuntimeFrom } from "./onnx/runtime.ts";
export type { OnnxModule } from "./onnx/session.ts";
export { toOnnx } from "./onnx/to-onnx.ts";
export * as ops from "./ops.ts";
export {
  isLowRank,
  type Program,
  program,
  type Recompute,
  type SplitProgram,
  splitForwardBackward,
} from "./program.ts";
export type { Executable, Runtime, Tensors } from "./runtime.ts";
export { float32, floats, int64, sizeOf, type Tensor } from "./tensor.ts";
export type { Value } from "./value.ts";
