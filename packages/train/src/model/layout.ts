import { float32, input, int64, type Tensor } from "@lorank/graph";
import type { Family, TokenLayout } from "../models/family.ts";

/** Sizes of one micro-batch: what a graph is compiled for. */
export interface LayoutShape {
  readonly batch: number;
  readonly seq: number;
}

/** Added to the attention score of a token that must not be seen; e^−1e9 is 0 in float32. */
const HIDDEN = -1e9;

/** The token layout as graph inputs. */
export function layoutInputs(
  { batch, seq }: LayoutShape,
  queries: "all" | "last",
  family: Family,
): TokenLayout {
  const positions = input("positions", [batch, seq], "int64");
  return {
    batch,
    seq,
    queries,
    positions,
    queryPositions: queries === "all" ? positions : input("lastPositions", [batch, 1], "int64"),
    ...(queries === "last" ? { lastRows: input("lastRows", [batch], "int64") } : {}),
    mask:
      queries === "all" ? input("mask", [batch, 1, 1, seq, seq]) : input("lastMask", [batch, 1, 1, 1, seq]),
    cos: input("cos", [seq, family.headDim / 2]),
    sin: input("sin", [seq, family.headDim / 2]),
  };
}

/** The tensors behind {@link layoutInputs} for right-padded examples of `lengths` tokens. */
export function layoutTensors(
  { batch, seq }: LayoutShape,
  lengths: readonly number[],
  family: Family,
): Record<string, Tensor> {
  const mask = new Float32Array(batch * seq * seq);
  const lastMask = new Float32Array(batch * seq);
  lengths.forEach((length, example) => {
    for (let query = 0; query < seq; query++) {
      const row = (example * seq + query) * seq;
      // A query sees the real tokens up to itself. Queries at pads see the same as the last real token: their rows
      // are never read, but a softmax over nothing would give NaN.
      mask.fill(HIDDEN, row + Math.min(query + 1, length), row + seq);
    }
    lastMask.fill(HIDDEN, example * seq + length, (example + 1) * seq);
  });
  return {
    positions: int64(
      [batch, seq],
      Array.from({ length: batch * seq }, (_, i) => i % seq),
    ),
    lastPositions: int64(
      [batch, 1],
      lengths.map((length) => length - 1),
    ),
    lastRows: int64(
      [batch],
      lengths.map((length, example) => example * seq + length - 1),
    ),
    mask: float32([batch, 1, 1, seq, seq], mask),
    lastMask: float32([batch, 1, 1, 1, seq], lastMask),
    ...rotaryTables(seq, family),
  };
}

/** cos and sin of position · theta^(−2i/headDim), `[seq, headDim / 2]`. Source: RoFormer, section 3.2.2. */
function rotaryTables(seq: number, { headDim, ropeTheta }: Family): { cos: Tensor; sin: Tensor } {
  const half = headDim / 2;
  const angle = (i: number): number => Math.floor(i / half) * ropeTheta ** ((-2 * (i % half)) / headDim);
  const table = (f: (x: number) => number): Tensor =>
    float32(
      [seq, half],
      Float32Array.from({ length: seq * half }, (_, i) => f(angle(i))),
    );
  return { cos: table(Math.cos), sin: table(Math.sin) };
}
