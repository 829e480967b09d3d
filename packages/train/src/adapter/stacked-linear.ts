import { add, cast, constant, matMul, mul, reshape, type Value } from "@lorank/graph";
import type { LoraInputs } from "./lora-linear.ts";

/** The adapters of one layer in all trials of a stack; what they are filled up with is zero. */
export interface StackedLoraInputs extends Pick<LoraInputs, "dropout"> {
  /** `[trials, rank, inDim]` */
  readonly loraA: Value;
  /** `[trials, rank, outDim]`: transposed, so that a trial of a smaller rank has its own in one piece. */
  readonly loraBTransposed: Value;
  /** One for each trial. */
  readonly scalings: readonly number[];
}

/** scaling · (dropout(x) Aᵀ) Bᵀ of each trial, for x `[trials * rows, inDim]`. Returns `[trials * rows, outDim]`. */
export function stackedUpdate(
  x: Value,
  { loraA, loraBTransposed, scalings, dropout }: StackedLoraInputs,
): Value {
  const seen = dropout ? mul(x, cast(dropout.mask, "float32")) : x;
  const low = matMul(byTrial(seen, scalings.length), loraA, { transposeB: true }); // [trials, rows, rank]
  const factors = scalings.map((scaling) => scaling / (dropout?.keepProbability ?? 1));
  const scaled = mul(low, constant(factors, [factors.length, 1, 1]));
  return rowsOfAll(matMul(scaled, loraBTransposed));
}

/** x Wᵀ + bias of each trial, for x `[trials * rows, inDim]`, W `[trials, outDim, inDim]` and bias `[trials, outDim]`. */
export function stackedLinear(x: Value, weight: Value, bias: Value | undefined): Value {
  const [trials, outDim] = weight.shape as readonly [number, number];
  const y = matMul(byTrial(x, trials), weight, { transposeB: true });
  return rowsOfAll(bias ? add(y, reshape(bias, [trials, 1, outDim])) : y);
}

function byTrial(x: Value, trials: number): Value {
  const [rows, width] = x.shape as readonly [number, number];
  return reshape(x, [trials, rows / trials, width]);
}

function rowsOfAll(x: Value): Value {
  const [trials, rows, width] = x.shape as readonly [number, number, number];
  return reshape(x, [trials * rows, width]);
}
