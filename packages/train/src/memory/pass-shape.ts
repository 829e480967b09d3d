import type { Family, HeadModule } from "../families/family.ts";
import { countSequences, type MicroBatch } from "../transformer/batch.ts";
import { rowsWithTarget } from "../transformer/head-rows.ts";
import { type QueryTokens, queryTokensOf } from "../transformer/query-tokens.ts";

/** What the memory of one pass through the model depends on. */
export interface BatchShape {
  readonly sequences: number;
  /** Tokens in each of them, pads included. */
  readonly seq: number;
  /** Tokens of each sequence that the last block is computed for. */
  readonly queryCount: QueryTokens["count"];
  /** Examples (to classify) or tokens with a target (causal-lm). */
  readonly targets: number;
}

/** The shape of a micro-batch as it is trained on, or as its losses alone are computed. */
export function shapeOf(batch: MicroBatch, { attends }: Family, { reads }: HeadModule): BatchShape {
  const targets = reads === "one" ? batch.lengths.length : rowsWithTarget(batch.targets).length;
  const { count } = queryTokensOf(batch, { attends, reads, needs: "targets" });
  return { sequences: countSequences(batch), seq: batch.seq, queryCount: count, targets };
}

/** Shapes that are looked at; each costs some tens of milliseconds. */
const SEVERAL = 8;

/** Different ones of many shapes: the largest by tokens, and others down to the smallest. */
export function severalShapes(shapes: readonly BatchShape[]): BatchShape[] {
  const different = [...new Map(shapes.map((shape) => [JSON.stringify(shape), shape])).values()];
  const tokens = ({ sequences, seq }: BatchShape): number => sequences * seq;
  different.sort((a, b) => tokens(b) - tokens(a) || b.seq - a.seq);
  const step = Math.max(1, different.length / SEVERAL);
  return different.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}
