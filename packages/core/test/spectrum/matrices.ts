import { readFileSync } from "node:fs";
import { randomStream } from "../../../evidence/src/statistics/random.ts";
import type { FactorMatrix, LoraFactors } from "../../src/spectrum/factors.ts";
import type { Columns } from "../../src/spectrum/jacobi.ts";

interface StoredMatrix {
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
}

/** One update, with its figures by numpy. */
export interface SpectrumCase {
  readonly name: string;
  readonly factors: LoraFactors;
  readonly singularValues: readonly number[];
  readonly frobeniusNorm: number;
  readonly stableRank: number;
  readonly effectiveRank: number;
  readonly rankAtEnergy: Readonly<Record<string, number>>;
  /** Truncation errors of keeping 0, 1, 2, … singular values. */
  readonly truncationErrors: readonly number[];
}

type StoredCase = Omit<SpectrumCase, "factors"> & {
  readonly scaling: number;
  readonly loraA: StoredMatrix;
  readonly loraB: StoredMatrix;
};

const matrix = ({ shape, data }: StoredMatrix): FactorMatrix => ({ shape, data: Float32Array.from(data) });

const stored = JSON.parse(readFileSync(new URL("../fixtures/spectra.json", import.meta.url), "utf8"));

export const spectrumCases: readonly SpectrumCase[] = (stored.cases as StoredCase[]).map(
  ({ loraA, loraB, scaling, ...figures }) => ({
    ...figures,
    factors: { loraA: matrix(loraA), loraB: matrix(loraB), scaling },
  }),
);

/** Standard normal columns, the same for the same seed. */
export function randomColumns(rows: number, columns: number, seed: number): Float64Array[] {
  const { normal } = randomStream(seed);
  return Array.from({ length: columns }, () => Float64Array.from({ length: rows }, normal));
}

/** scaling · B · A as rows, by the definition. */
export function updateOf({ loraA, loraB, scaling }: LoraFactors): number[][] {
  const [rank, inDim] = loraA.shape;
  return Array.from({ length: loraB.shape[0] }, (_, i) =>
    Array.from({ length: inDim }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += loraB.data[i * rank + k]! * loraA.data[k * inDim + j]!;
      return scaling * sum;
    }),
  );
}

export function frobenius(rows: readonly (readonly number[])[]): number {
  return Math.hypot(...rows.flat());
}

/** Largest element of |XᵀX − I|, over the columns that are not zero. */
export function departureFromOrthonormal(columns: Columns): number {
  let largest = 0;
  const used = columns.filter((column) => column.some((value) => value !== 0));
  for (const [i, x] of used.entries()) {
    for (const [j, y] of used.entries()) {
      const product = x.reduce((sum, value, k) => sum + value * y[k]!, 0);
      largest = Math.max(largest, Math.abs(product - (i === j ? 1 : 0)));
    }
  }
  return largest;
}
