import { add, cast, matMul, mul, type Value } from "@lorank/graph";

export interface LoraLinearInputs {
  /** Frozen W `[outDim, inDim]`. */
  readonly weight: Value;
  /** `[rank, inDim]` */
  readonly loraA: Value;
  /** `[outDim, rank]` */
  readonly loraB: Value;
  readonly scaling: number;
  /** While training with dropout: uint8 `[tokens, inDim]`, 1 where the adapter sees the input; and the share kept. */
  readonly dropout?: { readonly keep: Value; readonly keepProbability: number };
}

/**
 * x Wᵀ + scaling · (dropout(x) Aᵀ) Bᵀ, for x `[tokens, inDim]`. Returns `[tokens, outDim]`.
 * Source: LoRA, section 4.1, https://arxiv.org/abs/2106.09685
 */
export function loraLinear(x: Value, { weight, loraA, loraB, scaling, dropout }: LoraLinearInputs): Value {
  const base = matMul(x, weight, { transposeB: true });
  const seen = dropout ? mul(x, cast(dropout.keep, "float32")) : x;
  const low = matMul(seen, loraA, { transposeB: true }); // [tokens, rank]
  const alpha = dropout ? scaling / dropout.keepProbability : scaling;
  return add(base, matMul(low, loraB, { transposeB: true, alpha }));
}
