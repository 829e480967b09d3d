import { float32, input, int64, type Tensor } from "@lorank/graph";
import { getOrMake } from "../get-or-make.ts";
import type { Family, LayerKind, TokenLayout } from "../models/family.ts";
import type { MicroBatch } from "./batch.ts";

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
  queries: "all" | "one",
  { rope }: LayerKind,
): TokenLayout {
  const all = queries === "all";
  return {
    batch,
    seq,
    queries,
    ...(all ? {} : { askingRows: input("askingRows", [batch], "int64") }),
    mask: all ? input("mask", [batch, 1, 1, seq, seq]) : input("askingMask", [batch, 1, 1, 1, seq]),
    ...(rope ? { rotary: rotaryInputs(rope.rotaryDim / 2) } : {}),
  };

  function rotaryInputs(half: number): NonNullable<TokenLayout["rotary"]> {
    const positions = input("positions", [batch, seq], "int64");
    return {
      positions,
      queryPositions: all ? positions : input("askingPositions", [batch, 1], "int64"),
      cos: input("cos", [seq, half]),
      sin: input("sin", [seq, half]),
    };
  }
}

/** Makes the tensors behind {@link layoutInputs}; what depends on the shape alone is kept. */
export class Layouts {
  readonly #family: Family;
  readonly #positions = new Map<string, Tensor>();
  readonly #tables = new Map<string, Record<string, Tensor>>();

  constructor(family: Family) {
    this.#family = family;
  }

  /** The tensors of each kind of layer, made when they are first asked for. */
  of(batch: MicroBatch): (kind: LayerKind) => Record<string, Tensor> {
    const shared = this.#shared(batch);
    const kinds = new Map<string, Record<string, Tensor>>();
    return (kind) =>
      getOrMake(kinds, kind.name, () => ({
        ...shared,
        ...masks(batch, this.#family.attends, kind.window ?? Number.POSITIVE_INFINITY),
        ...this.#rotaryTables(batch.seq, kind),
      }));
  }

  #shared(batch: MicroBatch): Record<string, Tensor> {
    const { lengths, seq } = batch;
    const columns = askingColumns(batch, this.#family.attends);
    const positions = getOrMake(this.#positions, `${lengths.length} ${seq}`, () =>
      int64(
        [lengths.length, seq],
        Array.from({ length: lengths.length * seq }, (_, i) => i % seq),
      ),
    );
    return {
      positions,
      askingPositions: int64([lengths.length, 1], columns),
      askingRows: int64(
        [lengths.length],
        columns.map((column, example) => example * seq + column),
      ),
    };
  }

  #rotaryTables(seq: number, { name, rope }: LayerKind): Record<string, Tensor> {
    if (!rope) return {};
    return getOrMake(this.#tables, `${name} ${seq}`, () => {
      const { cos, sin } = rope.tables(seq);
      const shape = [seq, rope.rotaryDim / 2];
      return { cos: float32(shape, cos), sin: float32(shape, sin) };
    });
  }
}

/** The column that a classifier reads: the last real token, or the first one where every token sees all others. */
function askingColumns({ lengths, starts }: MicroBatch, attends: Family["attends"]): number[] {
  return lengths.map((length, example) => (attends === "causal" ? (starts?.[example] ?? 0) + length - 1 : 0));
}

/**
 * A query sees real tokens alone. Rows of pads that see none are never read, and the large number is finite: a softmax
 * over nothing but −∞ would give NaN.
 */
function masks(batch: MicroBatch, attends: Family["attends"], window: number): Record<string, Tensor> {
  const { lengths, starts, seq } = batch;
  const mask = new Float32Array(lengths.length * seq * seq).fill(HIDDEN);
  const askingMask = new Float32Array(lengths.length * seq);
  const columns = askingColumns(batch, attends);
  lengths.forEach((length, example) => {
    const start = starts?.[example] ?? 0;
    const end = start + length;
    for (let query = 0; query < seq; query++) {
      const row = (example * seq + query) * seq;
      const from = attends === "causal" ? Math.max(start, query - window + 1) : start;
      const to = attends === "causal" ? Math.min(query + 1, end) : end;
      if (from < to) mask.fill(0, row + from, row + to);
    }
    const asking = (example * seq + columns[example]!) * seq;
    askingMask.set(mask.subarray(asking, asking + seq), example * seq);
  });
  return {
    mask: float32([lengths.length, 1, 1, seq, seq], mask),
    askingMask: float32([lengths.length, 1, 1, 1, seq], askingMask),
  };
}
