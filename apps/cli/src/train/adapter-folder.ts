import { join } from "node:path";
import type { PeftAdapter } from "@lorank/checkpoint";
import { writeFileAtomic, writeFolder, writePeftAdapter } from "@lorank/checkpoint/files";
import { canonicalJson, type TrialResult } from "@lorank/core/results";

export interface AdapterFolderOptions {
  /** Replace an adapter that is there. */
  readonly force: boolean;
  /** The base, which must not lie in the folder. */
  readonly modelPath: string;
}

/**
 * Writes a PEFT folder with `trial.json` besides: the spec and the result, as a sweep's `results/` hold them. All of it or
 * nothing. Throws InputError E_OUT for a folder that may not be replaced.
 */
export function writeAdapterFolder(
  out: string,
  adapter: PeftAdapter,
  result: TrialResult,
  { force, modelPath }: AdapterFolderOptions,
): void {
  writeFolder(out, { force, sources: [modelPath] }, (folder) => {
    writePeftAdapter(folder, adapter);
    writeFileAtomic(join(folder, "trial.json"), `${canonicalJson(result)}\n`);
  });
}
