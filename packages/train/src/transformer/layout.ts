import { float32, floats, int64, ops, type Tensor } from "@lorank/graph";
import type { Family, LayerTraits, TokenLayout } from "../families/family.ts";
import {
  countSequences,
  everyToken,
  firstRows,
  type MicroBatch,
  type QueryTokens,
  tokenPositions,
} from "./batch.ts";
import { type BaseWeight, getOrMake, parameterTensor } from "./weights.ts";

/** Micro-batch sizes for which a graph is compiled. */
export interface LayoutShape {
  readonly batch: number;
  readonly seq: number;
  /** Tokens already in the key-value cache, if a text is read in pieces. (default 0) */
  readonly earlier?: number;
}

/** Score added for hidden tokens; e^−1e9 is 0 in float32. */
export const HIDDEN = -1e9;

export function layoutInputs(
  { batch, seq, earlier = 0 }: LayoutShape,
  queryCount: QueryTokens["count"],
  { rope }: LayerTraits,
): TokenLayout {
  return {
    batch,
    seq,
    queryCount,
    ...(queryCount === "all" ? {} : { queryRows: ops.input("queryRows", [batch * queryCount], "int64") }),
    mask:
      queryCount === "all"
        ? ops.input("mask", [batch, 1, 1, seq, earlier + seq])
        : ops.input("queryMask", [batch, 1, 1, queryCount, seq]),
    ...(rope ? { rotary: rotaryInputs(rope.rotaryDim / 2) } : {}),
  };

  function rotaryInputs(half: number): NonNullable<TokenLayout["rotary"]> {
    const positions = ops.input("positions", [batch, seq], "int64");
    return {
      positions,
      queryPositions:
        queryCount === "all" ? positions : ops.input("queryPositions", [batch, queryCount], "int64"),
      cos: ops.input("cos", [earlier + seq, half]),
      sin: ops.input("sin", [earlier + seq, half]),
    };
  }
}

/** Tensors for {@link layoutInputs}; those that depend on the shape alone are made once. */
export class Layouts {
  readonly #family: Family;
  readonly #positions = new Map<string, Tensor>();
  readonly #tables = new Map<string, Record<string, Tensor>>();

  constructor(family: Family) {
    this.#family = family;
  }

  /** Layout tensors of a micro-batch by layer kind, made at first use. */
  of(batch: MicroBatch, queryTokens = everyToken(batch)): (kind: LayerTraits) => Record<string, Tensor> {
    const shared = this.#shared(batch, queryTokens);
    const kinds = new Map<string, Record<string, Tensor>>();
    return (kind) =>
      getOrMake(kinds, kind.name, () => ({
        ...shared,
        ...masks(batch, queryTokens, this.#family.attends, kind.window ?? Number.POSITIVE_INFINITY),
        ...this.#rotaryTables(batch.seq, kind),
      }));
  }

  #shared(microBatch: MicroBatch, { count, rows }: QueryTokens): Record<string, Tensor> {
    const { seq, sequences } = microBatch;
    const batch = countSequences(microBatch);
    const make = (): Tensor => int64([batch, seq], [...tokenPositions(microBatch)]);
    const positions = sequences ? make() : getOrMake(this.#positions, `${batch} ${seq}`, make);
    if (count === "all") return { positions };
    const all = positions.data as BigInt64Array;
    const queryPositions = rows.map((row) => Number(all[row]!));
    return {
      positions,
      queryPositions: int64([batch, count], queryPositions),
      queryRows: int64([batch * count], rows),
    };
  }

  #rotaryTables(seq: number, { name, rope }: LayerTraits): Record<string, Tensor> {
    if (!rope) return {};
    return getOrMake(this.#tables, `${name} ${seq}`, () => {
      const { cos, sin } = rope.tables(seq);
      const shape = [seq, rope.rotaryDim / 2];
      return { cos: float32(shape, cos), sin: float32(shape, sin) };
    });
  }
}

/**
 * Attention masks. Hidden scores are finite, since a softmax over only −∞ gives NaN; such padding rows are never read.
 */
function masks(
  microBatch: MicroBatch,
  { count, rows }: QueryTokens,
  attends: Family["attends"],
  window: number,
): Record<string, Tensor> {
  const { lengths, sequences, seq } = microBatch;
  const batch = countSequences(microBatch);
  const mask = new Float32Array(batch * seq * seq).fill(HIDDEN);
  firstRows(microBatch).forEach((first, example) => {
    const start = first % seq;
    const end = start + lengths[example]!;
    // Pads in an unshared sequence see the example too.
    const [firstQuery, endOfQueries] = sequences ? [start, end] : [0, seq];
    for (let query = firstQuery; query < endOfQueries; query++) {
      const row = (first - start + query) * seq;
      const from = attends === "causal" ? Math.max(start, query - window + 1) : start;
      const to = attends === "causal" ? Math.min(query + 1, end) : end;
      if (from < to) mask.fill(0, row + from, row + to);
    }
  });
  const all = float32([batch, 1, 1, seq, seq], mask);
  if (count === "all") return { mask: all };
  const queryMask = new Float32Array(rows.length * seq);
  rows.forEach((row, i) => {
    queryMask.set(mask.subarray(row * seq, (row + 1) * seq), i * seq);
  });
  return { mask: all, queryMask: float32([batch, 1, 1, count, seq], queryMask) };
}

export interface PlacedTokens {
  readonly inputIds: Int32Array;
  readonly positions: Int32Array;
}

/** Embedded tokens, summed on the host: `[tokens, hidden]`. */
export function embed(
  family: Family,
  placed: PlacedTokens,
  parameters: ReadonlyMap<string, BaseWeight>,
): Tensor {
  const { embeddings, hiddenSize: width } = family;
  const { inputIds } = placed;
  const rows = new Float32Array(inputIds.length * width);
  const tokens = floats(parameterTensor(parameters, embeddings.tokens));
  inputIds.forEach((id, row) => {
    rows.set(tokens.subarray(id * width, (id + 1) * width), row * width);
  });
  if (embeddings.scale !== 1) for (let i = 0; i < rows.length; i++) rows[i]! *= embeddings.scale;
  if (embeddings.types) {
    const segment = floats(parameterTensor(parameters, embeddings.types.name));
    for (let row = 0; row < inputIds.length; row++) addRow(rows, row, segment, 0, width);
  }
  if (embeddings.positions) {
    const table = floats(parameterTensor(parameters, embeddings.positions.name));
    const places = positionRows(family, placed);
    for (let row = 0; row < inputIds.length; row++) addRow(rows, row, table, places[row]!, width);
  }
  return float32([inputIds.length, width], rows);
}

function positionRows({ embeddings, padTokenId }: Family, { inputIds, positions }: PlacedTokens): Int32Array {
  const { numbering, rows } = embeddings.positions!;
  const last = rows - 1; // pads may exceed the last position
  if (numbering === "column") return positions.map((position) => Math.min(position, last));
  let seen = 0;
  return inputIds.map((id, i) => {
    if (positions[i] === 0) seen = 0;
    return id === padTokenId ? padTokenId : Math.min(padTokenId + ++seen, last);
  });
}

function addRow(rows: Float32Array, row: number, table: Float32Array, from: number, width: number): void {
  for (let i = 0; i < width; i++) rows[row * width + i]! += table[from * width + i]!;
}
