import type { ActivationName } from "@lorank/core";
import { gelu, geluTanh, relu, silu, type Value } from "@lorank/graph";

/** Activations by the names that configs give them. Source: ACT2FN of transformers 5.24. */
export const activations: Readonly<Record<ActivationName, (x: Value) => Value>> = {
  silu,
  swish: silu,
  gelu,
  gelu_new: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  relu,
};
