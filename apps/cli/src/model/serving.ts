import { type PeftAdapter, vllmRankNote } from "@lorank/checkpoint";
import { isInputError } from "@lorank/core";
import { type Decision, rankToUse } from "@lorank/evidence/results";
import { readAdapter } from "./read-adapter.ts";

interface FolderOfRank {
  readonly folder: string;
  readonly rank: number;
}

/** Undefined where another trainer's adapter has what is not read here. */
export function adapterIn(folder: string): PeftAdapter | undefined {
  try {
    return readAdapter(folder);
  } catch (error) {
    if (isInputError(error)) return undefined;
    throw error;
  }
}

/** Note as {@link servedRankNote} on the adapter of the rank to use. */
export function usedRankNote(adapters: readonly FolderOfRank[], decision: Decision): string | undefined {
  const used = adapters.find(({ rank }) => rank === rankToUse(decision));
  return used && servedRankNote(used);
}

/** Undefined where vLLM has a slot of the adapter's rank or cannot serve it, or where the folder has none to read. */
export function servedRankNote({ folder, rank }: FolderOfRank): string | undefined {
  // Weights are read only where a note is due.
  if (vllmRankNote({ ranks: [rank], sizePerRank: 1 }) === undefined) return undefined;
  const adapter = adapterIn(folder);
  return adapter && vllmRankNote(adapter);
}
