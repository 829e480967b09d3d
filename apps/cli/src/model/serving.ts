import { type PeftAdapter, vllmRankNote } from "@lorank/checkpoint";
import { isInputError } from "@lorank/core";
import { comparedIn, type Decision, rankToUse } from "@lorank/evidence/results";
import { readAdapter } from "./read-adapter.ts";

interface FolderOfRank {
  readonly folder: string;
  readonly rank: number;
  readonly arm?: string;
}

/** Reads an adapter; undefined if another trainer's adapter has unsupported features. */
export function adapterIn(folder: string): PeftAdapter | undefined {
  try {
    return readAdapter(folder);
  } catch (error) {
    if (isInputError(error)) return undefined;
    throw error;
  }
}

/** Adapter of the recommended or proven rank or arm. */
export function adapterToUse<Adapter extends { readonly rank: number; readonly arm?: string }>(
  adapters: readonly Adapter[],
  decision: Decision,
): Adapter | undefined {
  const { numberOf } = comparedIn(decision);
  return adapters.find((one) => numberOf(one) === rankToUse(decision));
}

/** Note by {@link servedRankNote} on the adapter at the recommended or proven rank. */
export function usedRankNote(adapters: readonly FolderOfRank[], decision: Decision): string | undefined {
  const used = adapterToUse(adapters, decision);
  return used && servedRankNote(used);
}

/**
 * Note on the rank under which vLLM serves an adapter. Undefined if vLLM has a slot for the exact rank or refuses the
 * adapter, or if none can be read.
 */
export function servedRankNote({ folder, rank }: FolderOfRank): string | undefined {
  // Weights are read only if a note is likely.
  if (vllmRankNote({ ranks: [rank], sizePerRank: 1 }) === undefined) return undefined;
  const adapter = adapterIn(folder);
  return adapter && vllmRankNote(adapter);
}
