import { InputError, kindOf } from "@lorank/core";
import { type LoraLayer, layerScaling, type Matrix, type PeftAdapter } from "./adapter.ts";

export interface PortableOptions {
  /** Keep the layers that were trained whole, which vLLM and llama.cpp cannot read (default false). */
  readonly keepHeads?: boolean;
}

/**
 * The same update in the form that most programs read: one rank for all layers, by rows of zeros, alpha = rank, the
 * scaling in B, no rsLoRA, no patterns, no heads.
 *
 * @throws InputError E_PEFT for a kind that has no such form.
 */
export function portableAdapter(
  adapter: PeftAdapter,
  { keepHeads = false }: PortableOptions = {},
): PeftAdapter {
  assertPortable(adapter, "a portable adapter");
  const rank = Math.max(...[...adapter.layers.values()].map(({ loraA }) => loraA.shape[0]));
  const layers = [...adapter.layers].map(([path, { loraA, loraB }]): [string, LoraLayer] => [
    path,
    {
      loraA: withRows(loraA, rank),
      loraB: withColumns(loraB, rank, layerScaling(adapter, path)),
      alpha: rank,
    },
  ]);
  return {
    ...adapter,
    rank,
    alpha: rank,
    scalingRule: "lora",
    layers: new Map(layers),
    heads: keepHeads ? adapter.heads : new Map(),
  };
}

/** Throws E_PEFT for a kind of adapter that is more than A and B. */
export function assertPortable(adapter: PeftAdapter, what: string): void {
  const { name, unportable } = kindOf(adapter);
  if (unportable === undefined) return;
  throw new InputError(
    "E_PEFT",
    `${what} must be without ${name}, got one with ${unportable}\nMerge it into its base instead.`,
  );
}

function withRows({ shape: [, columns], data }: Matrix, rows: number): Matrix {
  const padded = new Float32Array(rows * columns);
  padded.set(data);
  return { shape: [rows, columns], data: padded };
}

function withColumns({ shape: [rows, own], data }: Matrix, columns: number, factor: number): Matrix {
  const padded = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < own; j++) padded[i * columns + j] = factor * data[i * own + j]!;
  }
  return { shape: [rows, columns], data: padded };
}
