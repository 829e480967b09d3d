import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "@lorank/core";

/** Throws E_OUT unless a file can be written at `out`, where `flag` says it should. */
export function assertOutFile(out: string, flag: string): void {
  if (existsSync(out) && statSync(out).isDirectory()) {
    throw new InputError("E_OUT", `${flag} must be a file, got the folder ${out}`);
  }
  if (!existsSync(dirname(out))) {
    throw new InputError("E_OUT", `${flag} must lie in a folder that exists, got ${out}`);
  }
}
