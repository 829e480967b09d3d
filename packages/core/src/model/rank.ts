import { InputError } from "../errors.ts";
import type { LinearShape } from "./linear-shapes.ts";

/**
 * Throws E_RANK unless `rank` is a positive integer that fits each of `targets`. B·A `[outDim, inDim]` can have no rank
 * above the smaller of the two, so a larger one would only cost memory. The error names every target that is too small.
 */
export function assertRank(
  rank: number,
  targets: readonly Pick<LinearShape, "name" | "inDim" | "outDim">[] = [],
): void {
  if (!(Number.isSafeInteger(rank) && rank > 0)) {
    throw new InputError("E_RANK", `rank must be a positive integer, got ${rank}`);
  }
  const tooSmall = targets.filter(({ inDim, outDim }) => rank > Math.min(inDim, outDim));
  if (tooSmall.length === 0) return;
  const limit = Math.min(...tooSmall.map(({ inDim, outDim }) => Math.min(inDim, outDim)));
  const layers = new Set(tooSmall.map(({ name, inDim, outDim }) => `${name} [${outDim}, ${inDim}]`));
  throw new InputError(
    "E_RANK",
    `rank must be at most ${limit}, the smaller dimension of ${[...layers].join(", ")}, got ${rank}`,
  );
}
