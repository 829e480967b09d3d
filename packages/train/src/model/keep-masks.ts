import type { Tensor } from "@lorank/graph";
import type { AdapterShape } from "../adapter/shape.ts";
import type { Family, HeadModule } from "../models/family.ts";
import type { Asking } from "./asking.ts";
import { keepName } from "./module-inputs.ts";

/** Bits that decide which inputs of an adapter are dropped, for one layer and path; the head is the layer behind the last. */
export type KeepMask = (layer: number, path: string, size: number) => Uint8Array;

export interface KeepMasksOptions {
  readonly family: Family;
  readonly adapter: AdapterShape;
  readonly reads: HeadModule["reads"];
  /** `batch * seq` */
  readonly tokens: number;
  /** (default: every token asks, as in all blocks but the last) */
  readonly asking?: Asking;
}

/**
 * Dropout's masks for one block. What only asking tokens pass draws for them alone where a classifier reads one an example;
 * in a language model it draws for every token, so that nothing depends on how many are computed.
 */
export function keepMasks(
  layer: number,
  keep: KeepMask,
  { family, adapter, reads, tokens, asking }: KeepMasksOptions,
): Record<string, Tensor> {
  const masks: Record<string, Tensor> = {};
  for (const { path, inDim } of family.linears) {
    if (!adapter.modules.has(`${family.blockPath(layer)}.${path}`)) continue;
    masks[keepName(path)] = { dtype: "uint8", ...maskOf(path, inDim) };
  }
  return masks;

  function maskOf(path: string, inDim: number): Pick<Tensor, "shape" | "data"> {
    const drawn = (rows: number): Uint8Array => keep(layer, path, rows * inDim);
    if (!asking || asking.count === "all" || family.keyValuePaths.has(path))
      return { shape: [tokens, inDim], data: drawn(tokens) };
    const { rows } = asking;
    if (reads === "one") return { shape: [rows.length, inDim], data: drawn(rows.length) };
    const all = drawn(tokens);
    const data = new Uint8Array(rows.length * inDim);
    rows.forEach((row, i) => {
      data.set(all.subarray(row * inDim, (row + 1) * inDim), i * inDim);
    });
    return { shape: [rows.length, inDim], data };
  }
}
