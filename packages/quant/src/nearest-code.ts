import type { Table4bit } from "./formats.ts";

/** Cells a unit, fine enough that no two bounds of a format share a cell (FP4's lie 0.0026 apart). */
const cellsPerUnit = 1024;

/** For finding the place of x in [-1, 1] with one look-up and one comparison in place of a search. */
export interface PlaceFinder {
  /** [2049] by `trunc((x + 1) · 1024)`: how many bounds lie in lower cells. */
  readonly firstPlace: Uint8Array;
  /** [16] the bound that decides between this place and the next. */
  readonly bounds: Float32Array;
  readonly codeAt: Uint8Array;
}

/**
 * Prepares the search. It is exact, not an approximation: the cell number never falls as x rises, so every bound in a
 * lower cell is below x, every bound in a higher cell above it, and the one in x's own cell is compared.
 */
export function placeFinder({ bounds, codeAt }: Table4bit): PlaceFinder {
  const firstPlace = new Uint8Array(2 * cellsPerUnit + 1);
  for (let cell = 0; cell < firstPlace.length; cell++) {
    let place = 0;
    while (place < 15 && cellOf(bounds[place]!) < cell) place++;
    firstPlace[cell] = place;
  }
  return { firstPlace, bounds, codeAt };
}

/** The cell of x in [-1, 1]. Rounding may carry x a little beyond; truncation keeps it in the outermost cell. */
export function cellOf(x: number): number {
  return ((x + 1) * cellsPerUnit) | 0;
}

/** The code of the level nearest to x in [-1, 1]; on a tie the lower one, as torch.bucketize has it. */
export function nearestCode({ firstPlace, bounds, codeAt }: PlaceFinder, x: number): number {
  const place = firstPlace[cellOf(x)]!;
  return codeAt[x > bounds[place]! ? place + 1 : place]!;
}
