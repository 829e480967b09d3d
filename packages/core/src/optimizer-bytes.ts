import { bytesPerElement, type FloatDtype } from "./base-bytes.ts";

/** What an optimiser remembers of each trained parameter between steps. */
export type OptimizerKind =
  /** Two moments in the parameter's own dtype: 8 bytes for fp32. */
  | { readonly name: "adamw" }
  /** Two 8-bit moments with one fp32 absmax each for 256 of them; tensors below 4096 elements keep fp32 moments. */
  | { readonly name: "adamw-8bit" }
  /** One moment in the parameter's own dtype. */
  | { readonly name: "lion" }
  /** One velocity in the parameter's own dtype, or nothing. */
  | { readonly name: "sgd"; readonly momentum: boolean };

/** `count` trained tensors of `elements` parameters each. */
export interface TrainedTensor {
  readonly elements: number;
  readonly count: number;
  readonly dtype: FloatDtype;
}

/**
 * Bytes of optimiser state for `tensors`, after the first step. Without step counters and without the two 8-bit code
 * tables that all tensors share.
 *
 * Source: torch.optim (state follows the parameter's dtype); bitsandbytes 0.50, `optim/optimizer.py`, `init_state`
 */
export function optimizerStateBytes(tensors: readonly TrainedTensor[], optimizer: OptimizerKind): number {
  let bytes = 0;
  for (const tensor of tensors) bytes += tensor.count * bytesForTensor(tensor, optimizer);
  return bytes;
}

function bytesForTensor({ elements, dtype }: TrainedTensor, optimizer: OptimizerKind): number {
  const perState = elements * bytesPerElement(dtype);
  switch (optimizer.name) {
    case "adamw":
      return 2 * perState;
    case "adamw-8bit":
      return elements < 4096 ? 2 * elements * 4 : 2 * (elements + 4 * Math.ceil(elements / 256));
    case "lion":
      return perState;
    case "sgd":
      return optimizer.momentum ? perState : 0;
  }
}
