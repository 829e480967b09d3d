import { float32, floats, type Tensor } from "@lorank/graph";
import type { Family } from "../families/family.ts";
import { type MicroBatch, tokenPositions } from "./batch.ts";

/** Rows of the embedding tables, added up on the host: `[batch * seq, hidden]`. */
export function embed(family: Family, batch: MicroBatch, parameter: (name: string) => Tensor): Tensor {
  const { embeddings, hiddenSize: width } = family;
  const { inputIds } = batch;
  const rows = new Float32Array(inputIds.length * width);
  const tokens = floats(parameter(embeddings.tokens));
  inputIds.forEach((id, row) => {
    rows.set(tokens.subarray(id * width, (id + 1) * width), row * width);
  });
  if (embeddings.scale !== 1) for (let i = 0; i < rows.length; i++) rows[i]! *= embeddings.scale;
  if (embeddings.types) {
    const segment = floats(parameter(embeddings.types.name));
    for (let row = 0; row < inputIds.length; row++) addRow(rows, row, segment, 0, width);
  }
  if (embeddings.positions) {
    const table = floats(parameter(embeddings.positions.name));
    const places = positionRows(family, batch);
    for (let row = 0; row < inputIds.length; row++) addRow(rows, row, table, places[row]!, width);
  }
  return float32([inputIds.length, width], rows);
}

/** The row of the position table for each token. */
function positionRows({ embeddings, padTokenId }: Family, batch: MicroBatch): Int32Array {
  const { numbering, rows } = embeddings.positions!;
  const last = rows - 1; // pads may stand behind the last place that there is
  const positions = tokenPositions(batch);
  if (numbering === "column") return positions.map((position) => Math.min(position, last));
  let seen = 0;
  return batch.inputIds.map((id, i) => {
    if (positions[i] === 0) seen = 0;
    return id === padTokenId ? padTokenId : Math.min(padTokenId + ++seen, last);
  });
}

function addRow(rows: Float32Array, row: number, table: Float32Array, from: number, width: number): void {
  for (let i = 0; i < width; i++) rows[row * width + i]! += table[from * width + i]!;
}
