/** Operations: each checks shapes and dtypes, and returns a new value. */

export {
  argMax,
  constant,
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
export { decode4bit, matMul } from "./ops/mat-mul.ts";
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
