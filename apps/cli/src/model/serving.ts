import { vllmAdapterNote, vllmRankNote } from "@lorank/checkpoint";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import { isInputError } from "@lorank/core";

/**
 * Says in a line as which rank vLLM serves the adapter in a folder. Undefined where vLLM has a slot of that rank, serves no such
 * adapter, or none can be read. Another trainer's adapter may have what is not read here.
 */
export function servedRankNote({
  folder,
  rank,
}: {
  readonly folder: string;
  readonly rank: number;
}): string | undefined {
  // Weights are read only where there is something to say.
  if (vllmRankNote([rank], 1) === undefined) return undefined;
  try {
    return vllmAdapterNote(readPeftAdapter(folder));
  } catch (error) {
    if (isInputError(error)) return undefined;
    throw error;
  }
}
