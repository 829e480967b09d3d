import { type KindChoice, kindOf } from "@lorank/core";
import type { LoraSpec } from "@lorank/evidence/results";
import { sizeOf } from "@lorank/graph";
import { resolveTargets } from "../adapter/shape.ts";
import type { Family, HeadModule } from "../families/family.ts";
import { weightShapes } from "../transformer/weights.ts";

/** Sizes of what a rank trains. Bytes are those of float32 tensors, in which this engine trains. */
export interface RankSize {
  readonly rank: number;
  /** A and B of all targets, and their magnitudes where they have some. */
  readonly loraParams: number;
  /** The same and the classification head. */
  readonly trainableParams: number;
  readonly adapterBytes: number;
  readonly gradientBytes: number;
  /** Two AdamW moments. */
  readonly optimizerBytes: number;
}

/** The part of an adapter's settings on which its size depends. */
type SizedLora = Pick<LoraSpec, "rank" | "targetModules"> & KindChoice;

/** Numbers of elements of each tensor that is trained: of an adapter, and of modules that are trained whole. */
export function trainedSizes(
  family: Family,
  head: HeadModule,
  lora: SizedLora,
): { readonly adapter: readonly number[]; readonly whole: readonly number[] } {
  const { rank, targetModules } = lora;
  const magnitudes = (outDim: number) => (kindOf(lora).hasMagnitudes ? [outDim] : []);
  return {
    adapter: resolveTargets(head, targetModules, rank).flatMap(({ inDim, outDim }) => [
      rank * inDim,
      rank * outDim,
      ...magnitudes(outDim),
    ]),
    whole: weightShapes(family, head)
      .filter(({ trainedWhole }) => trainedWhole)
      .map(({ shape }) => sizeOf(shape)),
  };
}

/** Counts what an adapter trains. */
export function rankSize(family: Family, head: HeadModule, lora: SizedLora): RankSize {
  const { adapter, whole } = trainedSizes(family, head, lora);
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  const loraParams = sum(adapter);
  const trainableParams = loraParams + sum(whole);
  return {
    rank: lora.rank,
    loraParams,
    trainableParams,
    adapterBytes: 4 * trainableParams,
    gradientBytes: 4 * trainableParams,
    optimizerBytes: 8 * trainableParams,
  };
}
