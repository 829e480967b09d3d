export { type ComputeDtype, computeDtypes, unitRoundoff } from "./compute-dtype.ts";
export { gradient, vjp } from "./gradient.ts";
export { referenceRuntime } from "./interpreter/runtime.ts";
export { decodedBytes, peakBytes, type RunAllocation, runAllocations } from "./onnx/peak-bytes.ts";
export { type OnnxModuleOptions, onnxRuntimeFrom } from "./onnx/runtime.ts";
export type { OnnxModule, OnnxSession, OnnxTensor } from "./onnx/session.ts";
export { type ToOnnxOptions, toOnnx } from "./onnx/to-onnx.ts";
export {
  argMax,
  constant,
  expand,
  gatherRows,
  input,
  padLast,
  reshape,
  sliceLast,
  transpose,
} from "./ops/arrays.ts";
export {
  add,
  cast,
  div,
  erf,
  exp,
  log,
  mean,
  mul,
  relu,
  sigmoid,
  sqrt,
  stopGradient,
  sub,
  sum,
  tanh,
} from "./ops/elementwise.ts";
export { type Decode4bitOptions, decode4bit, type MatMulOptions, matMul } from "./ops/mat-mul.ts";
export {
  crossEntropy,
  gelu,
  geluTanh,
  layerNorm,
  type RotaryInputs,
  rmsNorm,
  rotary,
  silu,
  softcap,
  softmax,
} from "./ops/network.ts";
export {
  type Program,
  type ProgramInput,
  program,
  type Recompute,
  type SplitProgram,
  splitForwardBackward,
} from "./program.ts";
export type { CompileOptions, Executable, Runtime, Tensors } from "./runtime.ts";
export {
  type DType,
  type DTypeArray,
  float32,
  floats,
  int64,
  type Shape,
  sizeOf,
  type Tensor,
  uint8,
} from "./tensor.ts";
export type { OpAttributes, OpName, Value } from "./value.ts";
