import { bytesPerElement, type FloatDtype } from "./base-bytes.ts";
import type { optimizerNames } from "./names.ts";

/** Names of the optimisers on a command line. */
export type OptimizerName = (typeof optimizerNames)[number];

/** State of an optimiser for each trained parameter between steps. */
export type OptimizerKind =
  /** Two moments in the parameter's own dtype: 8 bytes for fp32. */
  | { readonly name: "adamw" }
  /** Two 8-bit moments with one fp32 absmax each for 256 of them; tensors below 4096 elements keep fp32 moments. */
  | { readonly name: "adamw-8bit" }
  /** The same, with the states of tensors of 100,000 elements and more in memory that the driver pages. */
  | { readonly name: "paged-adamw-8bit" }
  /** One fp32 second moment for each row and each column of a matrix, for each element of a vector. No first moment. */
  | { readonly name: "adafactor" }
  /** One moment in the parameter's own dtype. */
  | { readonly name: "lion" }
  /** One velocity in the parameter's own dtype, or nothing. */
  | { readonly name: "sgd"; readonly momentum: boolean };

/** `count` trained tensors of `elements` parameters each. */
export interface TrainedTensor {
  readonly elements: number;
  readonly count: number;
  readonly dtype: FloatDtype;
  /** Rows of a matrix; a tensor without is a vector. */
  readonly rows?: number;
}

/** Tensors of fewer elements keep fp32 moments. Source: bitsandbytes 0.50, `optim/optimizer.py`, `min_8bit_size` */
const SMALLEST_8BIT = 4096;
/** Tensors of fewer elements are not paged. Source: bitsandbytes 0.50, `optim/optimizer.py`, `get_state_buffer` */
const SMALLEST_PAGED = 100_000;

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

/** The part of {@link optimizerStateBytes} that is not in the framework's own pool: the driver may move it to the host. */
export function pagedStateBytes(tensors: readonly TrainedTensor[], optimizer: OptimizerKind): number {
  if (optimizer.name !== "paged-adamw-8bit") return 0;
  return optimizerStateBytes(
    tensors.filter(({ elements }) => elements >= SMALLEST_PAGED),
    optimizer,
  );
}

function bytesForTensor({ elements, dtype, rows }: TrainedTensor, optimizer: OptimizerKind): number {
  const perState = elements * bytesPerElement(dtype);
  switch (optimizer.name) {
    case "adamw":
      return 2 * perState;
    case "adamw-8bit":
    case "paged-adamw-8bit":
      return elements < SMALLEST_8BIT ? 2 * elements * 4 : 2 * (elements + 4 * Math.ceil(elements / 256));
    case "adafactor":
      return 4 * (rows === undefined ? elements : rows + elements / rows);
    case "lion":
      return perState;
    case "sgd":
      return optimizer.momentum ? perState : 0;
  }
}
