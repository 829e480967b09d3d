import { gelu, geluTanh, relu, silu, type Value } from "@lorank/graph";
import type { ConfigReader } from "./config.ts";

const activations = {
  silu,
  swish: silu,
  gelu,
  gelu_new: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  relu,
} as const satisfies Readonly<Record<string, (x: Value) => Value>>;

/** Reads the activation that `field` names; `usual` is what an absent field means. Source: ACT2FN of transformers. */
export function readActivation(
  read: ConfigReader,
  field: string,
  usual: keyof typeof activations,
): (x: Value) => Value {
  const others = (Object.keys(activations) as (keyof typeof activations)[]).filter((name) => name !== usual);
  return activations[read.choice(field, [usual, ...others])];
}
