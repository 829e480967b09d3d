import { InputError } from "@lorank/core";

/** A linear layer that may stay as it is. */
export interface KeepCandidate {
  readonly path: string;
  /**
   * The layer's part of what the model's output is off by when all layers are in 4 bits; negative where the layer makes
   * up for others.
   */
  readonly share: number;
  readonly bytes4bit: number;
  /** Bytes of its weight when it stays as it is. */
  readonly bytesKept: number;
}

export interface KeepPlan {
  /** In the order in which they were chosen. */
  readonly kept: readonly KeepCandidate[];
  /** Bytes of the whole model. */
  readonly bytes: number;
  /** Σ of the shares of all candidates, as when each is in 4 bits. */
  readonly shareBefore: number;
  /** Σ of the shares of the candidates that are not kept. */
  readonly shareAfter: number;
}

/**
 * Which layers to keep as they are so that a model has at most `budgetBytes`. It greedily takes those with the largest
 * share for each extra byte, and passes over those that no longer fit and those whose share is not positive.
 * `otherBytes` are the bytes of all that is no candidate.
 *
 * Throws E_BUDGET, naming the least that the model can have, when all layers in 4 bits are too many bytes.
 */
export function planKeptLayers(
  candidates: readonly KeepCandidate[],
  otherBytes: number,
  budgetBytes: number,
): KeepPlan {
  let bytes = candidates.reduce((sum, { bytes4bit }) => sum + bytes4bit, otherBytes);
  if (bytes > budgetBytes) {
    throw new InputError(
      "E_BUDGET",
      `budget must be at least the ${bytes} bytes of the model with all layers in 4 bits, got ${budgetBytes}`,
    );
  }
  const extra = ({ bytesKept, bytes4bit }: KeepCandidate): number => Math.max(1, bytesKept - bytes4bit);
  const worth = (candidate: KeepCandidate): number => candidate.share / extra(candidate);
  const kept: KeepCandidate[] = [];
  for (const candidate of candidates.toSorted((a, b) => worth(b) - worth(a))) {
    const more = candidate.bytesKept - candidate.bytes4bit;
    if (candidate.share <= 0 || bytes + more > budgetBytes) continue;
    kept.push(candidate);
    bytes += more;
  }
  return {
    kept,
    bytes,
    shareBefore: sumOfShares(candidates),
    shareAfter: sumOfShares(candidates.filter((candidate) => !kept.includes(candidate))),
  };
}

function sumOfShares(candidates: readonly KeepCandidate[]): number {
  return candidates.reduce((sum, { share }) => sum + share, 0);
}
