/** Everything that a test builds programs with, under one name. */

export { type ComputeDtype, unitRoundoff } from "../src/compute-dtype.ts";
export * from "../src/index.ts";
export * from "../src/ops.ts";
export type { CompileOptions } from "../src/runtime.ts";
export { type DType, type Shape, uint8 } from "../src/tensor.ts";
