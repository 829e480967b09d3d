export { type ComputeDtype, computeDtypes, unitRoundoff } from "./compute-dtype.ts";
export { gradient, vjp } from "./gradient.ts";
export { interpret, referenceRuntime } from "./interpreter/runtime.ts";
export type { RunAllocation } from "./onnx/memory-plan.ts";
export { decodedBytes, peakBytes, runAllocations } from "./onnx/peak-bytes.ts";
export { type OnnxModuleOptions, onnxRuntimeFrom } from "./onnx/runtime.ts";
export type { OnnxModule, OnnxSession, OnnxTensor } from "./onnx/session.ts";
export { type ToOnnxOptions, toOnnx } from "./onnx/to-onnx.ts";
export type { OpAttributes, OpName } from "./op-attributes.ts";
export { type Decode4bitOptions, decode4bit } from "./ops/decode-4bit.ts";
export {
  add,
  cast,
  div,
  erf,
  exp,
  log,
  mul,
  relu,
  sigmoid,
  sqrt,
  stopGradient,
  sub,
  tanh,
} from "./ops/elementwise.ts";
export { type MatMulOptions, matMul } from "./ops/mat-mul.ts";
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
export { mean, sum } from "./ops/reduce.ts";
export { addToColumns, argMax, gatherColumns, gatherRows, scatterAddRows } from "./ops/rows.ts";
export { expand, padLast, reshape, sliceLast, transpose } from "./ops/shape.ts";
export { constant, input } from "./ops/sources.ts";
export {
  type Program,
  type ProgramInput,
  program,
  type Recompute,
  type Split,
  splitForwardBackward,
} from "./program.ts";
export type { CompileOptions, Executable, Runtime, Tensors } from "./runtime.ts";
export { type DType, type DTypeArray, type Shape, sizeOf } from "./shape.ts";
export { float32, floats, int64, type Tensor, uint8 } from "./tensor.ts";
export type { Value } from "./value.ts";
