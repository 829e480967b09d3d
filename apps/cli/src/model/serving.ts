import { type PeftAdapter, vllmRankNote } from "@lorank/checkpoint";
import { isInputError } from "@lorank/core";
import { type Decision, rankToUse } from "@lorank/evidence/results";
import { readAdapter } from "./read-adapter.ts";

interface FolderOfRank {
  readonly folder: string;
  readonly rank: number;
}

/** Reads an adapter that another trainer may have written; undefined where it has what is not read here. */
export function adapterIn(folder: string): PeftAdapter | undefined {
  try {
    return readAdapter(folder);
  } catch (error) {
    if (isInputError(error)) return undefined;
    throw error;
  }
}

/** Notes as {@link servedRankNote} on the adapter of the rank to use. */
export function usedRankNote(adapters: readonly FolderOfRank[], decision: Decision): string | undefined {
  const used = adapters.find(({ rank }) => rank === rankToUse(decision));
  return used && servedRankNote(used);
}

/**
 * Says in a line as which rank vLLM serves the adapter in a folder. Undefined where vLLM has a slot of that rank, serves no such
 * adapter, or none can be read.
 */
export function servedRankNote({ folder, rank }: FolderOfRank): string | undefined {
  // Weights are read only where there is something to say.
  if (vllmRankNote({ ranks: [rank], sizePerRank: 1 }) === undefined) return undefined;
  const adapter = adapterIn(folder);
  return adapter && vllmRankNote(adapter);
}
