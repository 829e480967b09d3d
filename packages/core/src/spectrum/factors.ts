import { InputError } from "../errors.ts";
import { zeroColumns } from "./columns.ts";
import { householderQr, type QrFactors } from "./qr.ts";

/** A float32 matrix, row-major. */
export interface FactorMatrix {
  readonly shape: readonly [rows: number, columns: number];
  readonly data: Float32Array;
}

/** One layer's update ΔW = scaling · B · A `[out, in]`. */
export interface LoraFactors {
  /** `[rank, in]` */
  readonly loraA: FactorMatrix;
  /** `[out, rank]` */
  readonly loraB: FactorMatrix;
  readonly scaling: number;
}

/** Q and R of B and of Aᵀ. @throws InputError E_FACTORS listing what does not fit. */
export function factorQr({ loraA, loraB, scaling }: LoraFactors): { a: QrFactors; b: QrFactors } {
  const problems: string[] = [];
  for (const [name, { shape, data }] of [
    ["loraA", loraA],
    ["loraB", loraB],
  ] as const) {
    if (shape[0] * shape[1] !== data.length || data.length === 0)
      problems.push(
        `${name} must have ${shape[0]} x ${shape[1]} elements and at least one, got ${data.length}`,
      );
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) problems.push(`${name} must hold finite numbers, got ${data[bad]} at element ${bad}`);
  }
  if (loraB.shape[1] !== loraA.shape[0])
    problems.push(`loraB must have shape [out, ${loraA.shape[0]}], got [${loraB.shape}]`);
  if (!Number.isFinite(scaling)) problems.push(`scaling must be a finite number, got ${scaling}`);
  if (problems.length > 0) throw new InputError("E_FACTORS", problems.join("\n"));
  return { a: householderQr(rowsAsColumns(loraA)), b: householderQr(columnsOf(loraB)) };
}

/** Aᵀ as columns. */
function rowsAsColumns({ shape: [rows, columns], data }: FactorMatrix): Float64Array[] {
  return Array.from({ length: rows }, (_, i) =>
    Float64Array.from(data.subarray(i * columns, (i + 1) * columns)),
  );
}

function columnsOf({ shape: [rows, columns], data }: FactorMatrix): Float64Array[] {
  const result = zeroColumns(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j]![i] = data[i * columns + j]!;
  }
  return result;
}
