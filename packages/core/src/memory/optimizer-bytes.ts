import { sumOf } from "../model/linear-shapes.ts";
import { bytesPerElement, type FloatDtype } from "./base-bytes.ts";
import type { optimizerNames } from "./names.ts";

/** Optimiser names on a command line. */
export type OptimizerName = (typeof optimizerNames)[number];

export type OptimizerKind =
  /** AdamW: two moments in the parameter's dtype, 8 bytes for fp32. Steps on many tensors at once, torch's default. */
  | { readonly name: "adamw" }
  /** AdamW that steps in a single kernel, without temporary tensors. */
  | { readonly name: "adamw-fused" }
  /** 8-bit AdamW: two 8-bit moments, an fp32 absmax per 256; fp32 moments in tensors below 4096 elements. */
  | { readonly name: "adamw-8bit" }
  /** Paged 8-bit AdamW: the driver pages states for tensors from 100,000 elements on. */
  | { readonly name: "paged-adamw-8bit" }
  /** 4-bit AdamW: two 4-bit moments with an fp32 scale per 128; moments in the parameter's dtype where it has a rest. */
  | { readonly name: "adamw-4bit" }
  /** Adafactor: an fp32 second moment per matrix row and column, per element in vectors; no first moment. */
  | { readonly name: "adafactor" }
  /** Lion: a moment in the parameter's dtype. */
  | { readonly name: "lion" }
  /** SGD: a velocity in the parameter's dtype, or nothing. */
  | { readonly name: "sgd"; readonly momentum: boolean };

export interface TrainedTensor {
  readonly elements: number;
  readonly count: number;
  readonly dtype: FloatDtype;
  readonly rows?: number;
}

export function tensorBytes(tensors: readonly TrainedTensor[]): number {
  return sumOf(tensors.map(({ elements, count, dtype }) => elements * count * bytesPerElement(dtype)));
}

/**
 * Elements below which a tensor keeps fp32 moments. Source: bitsandbytes 0.50, `optim/optimizer.py`, `min_8bit_size`
 */
const SMALLEST_8BIT = 4096;
/** Elements per scale of a 4-bit moment, and bytes of its own table. Source: torchao 0.15, `optim/adam.py`, `AdamW4bit` */
const BLOCK_4BIT = 128;
const TABLE_4BIT = 16 * 4;
/**
 * Elements below which a tensor's states are not paged. Source: bitsandbytes 0.50, `optim/optimizer.py`,
 * `get_state_buffer`
 */
const SMALLEST_PAGED = 100_000;

/**
 * Optimiser state after the first step, without step counters and the two shared 8-bit code tables. Source: torch.optim
 * (state follows the parameter's dtype); bitsandbytes 0.50, `optim/optimizer.py`, `init_state`
 */
export function optimizerStateBytes(tensors: readonly TrainedTensor[], optimizer: OptimizerKind): number {
  let bytes = 0;
  for (const tensor of tensors) bytes += tensor.count * bytesForTensor(tensor, optimizer);
  return bytes;
}

/** States outside the framework's pool, which the driver may move to the host. */
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
    case "adamw-fused":
      return 2 * perState;
    case "adamw-8bit":
    case "paged-adamw-8bit":
      return elements < SMALLEST_8BIT ? 2 * elements * 4 : 2 * (elements + 4 * Math.ceil(elements / 256));
    case "adamw-4bit":
      return elements < SMALLEST_8BIT || elements % BLOCK_4BIT !== 0
        ? 2 * perState
        : 2 * (elements / 2 + 4 * (elements / BLOCK_4BIT) + TABLE_4BIT);
    case "adafactor":
      return 4 * (rows === undefined ? elements : rows + elements / rows);
    case "lion":
      return perState;
    case "sgd":
      return optimizer.momentum ? perState : 0;
  }
}
