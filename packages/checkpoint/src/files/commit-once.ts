import { closeSync, fsyncSync, linkSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "@lorank/core";
import { syncFolder, writeTemporary } from "./atomic-file.ts";
import { sha256OfFile } from "./descriptor.ts";
import { systemErrorCode, writing } from "./system-error.ts";

/** The outcome of a commit. Only the first writer of a path gets `committed`; its content stays for ever. */
export type CommitOutcome = "committed" | "already-there-same" | "already-there-different";

/**
 * Publishes a result under `finalPath` if nobody has yet. Of any number of processes that try at once exactly one wins,
 * because link(2) creates a name or fails. A reader never sees half a file.
 *
 * @param source the bytes, or the path of a finished file on the same file system. That file stays, and shares its content
 *   with `finalPath`: replace it by rename if ever, do not write into it.
 * @returns whether it was the first, and if not, whether what is there has the same SHA-256.
 * @throws InputError E_LINK on a file system without hard links; otherwise the file system's error.
 */
export function commitOnce(source: Uint8Array | string, finalPath: string): CommitOutcome {
  if (typeof source === "string") {
    writing(source, () => syncFile(source));
    return writing(finalPath, () => linkOnce(source, finalPath));
  }
  const temporary = writeTemporary(finalPath, source);
  try {
    return writing(finalPath, () => linkOnce(temporary, finalPath));
  } finally {
    rmSync(temporary, { force: true });
  }
}

function linkOnce(source: string, finalPath: string): CommitOutcome {
  try {
    linkSync(source, finalPath);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "EEXIST") {
      const same = sha256OfFile(source) === sha256OfFile(finalPath);
      return same ? "already-there-same" : "already-there-different";
    }
    if (code === "EPERM" || code === "ENOTSUP" || code === "EXDEV" || code === "ENOSYS") {
      throw new InputError("E_LINK", `${finalPath} must be on one file system with hard links, got ${code}`, {
        cause: error,
      });
    }
    throw error;
  }
  syncFolder(dirname(finalPath));
  return "committed";
}

function syncFile(path: string): void {
  const descriptor = openSync(path, "r+"); // Windows syncs only what may be written
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
