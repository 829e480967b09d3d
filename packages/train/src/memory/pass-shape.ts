import { type Asking, askingOf } from "../model/asking.ts";
import { countSequences, type MicroBatch } from "../model/batch.ts";
import { rowsWithTarget } from "../model/head-rows.ts";
import type { Family, HeadModule } from "../models/family.ts";

/** What the memory of one pass through the model depends on. */
export interface BatchShape {
  readonly sequences: number;
  /** Tokens in each of them, pads included. */
  readonly seq: number;
  /** Tokens of each sequence that the last block is computed for. */
  readonly asking: Asking["count"];
  /** Examples (to classify) or tokens with a target (causal-lm). */
  readonly targets: number;
}

/** The shape of a micro-batch as it is trained on, or as its losses alone are computed. */
export function shapeOf(batch: MicroBatch, { attends }: Family, { reads }: HeadModule): BatchShape {
  const targets = reads === "one" ? batch.lengths.length : rowsWithTarget(batch.targets).length;
  const { count } = askingOf(batch, { attends, reads, needs: "targets" });
  return { sequences: countSequences(batch), seq: batch.seq, asking: count, targets };
}

/**
 * Of many shapes those that one of the model's parts can take most for: by tokens, by pairs of tokens that attend to each
 * other, by tokens of the last block and by rows of the head.
 */
export function largestShapes(shapes: readonly BatchShape[]): BatchShape[] {
  const asking = ({ asking, seq }: BatchShape): number => (asking === "all" ? seq : asking);
  const sizes: ((shape: BatchShape) => number)[] = [
    ({ sequences, seq }) => sequences * seq,
    ({ sequences, seq }) => sequences * seq * seq,
    (shape) => shape.sequences * asking(shape),
    ({ targets }) => targets,
  ];
  const largest = sizes.flatMap((size) => {
    const most = Math.max(...shapes.map(size));
    return shapes.filter((shape) => size(shape) === most).slice(0, 1);
  });
  return [...new Set(largest)];
}
