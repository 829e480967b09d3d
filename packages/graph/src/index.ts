export { type ComputeType, computeTypes, type HalfType, unitRoundoff } from "./compute.ts";
export { DeviceError } from "./device-error.ts";
export {
  computeTypesOf,
  type DeviceName,
  deviceNames,
  deviceRuntime,
  type RuntimeOptions,
} from "./devices/device.ts";
export {
  type DeviceSurvey,
  type OpenDevice,
  type OpenDeviceOptions,
  openDevice,
  type SurveyedDevice,
  surveyDevices,
} from "./devices/open-device.ts";
export { type Probe, probeDevice } from "./devices/probe.ts";
export { type SelfTest, selfTest } from "./devices/self-test.ts";
export { gradient, vjp } from "./gradient.ts";
export { interpret, referenceRuntime } from "./interpreter/runtime.ts";
export { MissingRuntimeError } from "./onnx/load.ts";
export type { RunAllocation } from "./onnx/memory-plan.ts";
export { decodedBytes, peakBytes, runAllocations } from "./onnx/peak-bytes.ts";
export type { OnnxProvider } from "./onnx/providers.ts";
export { type OnnxOptions, onnxRuntime } from "./onnx/runtime.ts";
export { type ToOnnxOptions, toOnnx } from "./onnx/to-onnx.ts";
export type { OpAttributes, OpName } from "./op-attributes.ts";
export { type Dequantize4bitOptions, dequantize4bit } from "./ops/dequantize.ts";
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
  sign,
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
export { type DTypeArray, float32, floats, int64, type Tensor, uint8 } from "./tensor.ts";
export { TensorflowError } from "./tensorflow/errors.ts";
export {
  findTensorflow,
  missingLibraries,
  type TensorflowFiles,
  type TensorflowPlace,
  tensorflowFiles,
} from "./tensorflow/find.ts";
export { probeTensorflow, type TensorflowProbe } from "./tensorflow/probe.ts";
export { type TensorflowOptions, tensorflowRuntime } from "./tensorflow/runtime.ts";
export { type DType, GraphError, type Shape, sizeOf, type Value } from "./value.ts";
