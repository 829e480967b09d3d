import { type KindChoice, kindOf } from "@lorank/core";
import { sizeOf } from "@lorank/graph";
import { type Placement, resolveTargets } from "../adapter/shape.ts";
import type { Family, HeadModule } from "../families/family.ts";
import { weightShapes } from "../transformer/weights.ts";

/** Trained tensor sizes for a rank. Bytes are for float32, in which this engine trains. */
export interface RankSize {
  readonly rank: number;
  /** LoRA parameter count: A, B and DoRA magnitudes over all targets. */
  readonly loraParams: number;
  /** Parameter count: adapter and classification head. */
  readonly trainableParams: number;
  readonly adapterBytes: number;
  readonly gradientBytes: number;
  /** Bytes for AdamW's two moments. */
  readonly optimizerBytes: number;
}

type SizedLora = Placement & KindChoice;

/** Element count per trained tensor: adapter, and modules trained whole. */
export function trainedSizes(
  family: Family,
  head: HeadModule,
  lora: SizedLora,
): { readonly adapter: readonly number[]; readonly whole: readonly number[] } {
  const magnitudes = (outDim: number) => (kindOf(lora).hasMagnitudes ? [outDim] : []);
  return {
    adapter: resolveTargets(head, lora).flatMap(({ inDim, outDim, rank }) => [
      rank * inDim,
      rank * outDim,
      ...magnitudes(outDim),
    ]),
    whole: weightShapes(family, head)
      .filter(({ trainedWhole }) => trainedWhole)
      .map(({ shape }) => sizeOf(shape)),
  };
}

/** @throws InputError E_TARGET, E_RANK and E_PEFT as {@link resolveTargets}. */
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
