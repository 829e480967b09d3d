import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "@lorank/core";
import { sha256OfFile, writeAll } from "./descriptor.ts";
import { isDead, ownerPattern, ownOwner } from "./process.ts";
import { systemErrorCode, writing } from "./system-error.ts";

type FileContent = Uint8Array | string | Iterable<Uint8Array>;

/**
 * Writes a file so that readers find the old content or the new, whole, even after a crash. Steps: temporary file
 * beside it, fsync, rename, fsync of the folder. Killed processes leave `.<name>.<owner>.<random>.tmp`, which {@link
 * replaceFile} deletes. A symbolic link at `path` is replaced, not followed.
 *
 * @param content whole, or consecutive parts. On an error the parts are read again, to count them.
 * @throws an error that names `path`, with the file system's `code`, such as ENOSPC. Then `path` is untouched and the
 * temporary file is gone.
 */
export function writeFileAtomic(path: string, content: FileContent): void {
  const temporary = writeTemporary(path, content);
  writing(path, () => {
    try {
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    syncFolder(dirname(path));
  });
}

/** Writes a file as {@link writeFileAtomic}, and removes temporary files of dead processes on this host. */
export function replaceFile(path: string, content: FileContent): void {
  removeAbandoned(path);
  writeFileAtomic(path, content);
}

/** Temporary name beside `path`, with this process as owner. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${ownOwner}.${randomBytes(8).toString("hex")}.tmp`);
}

export function removeAbandoned(path: string): void {
  try {
    for (const abandoned of abandonedBeside(path)) rmSync(abandoned, { force: true });
  } catch {
    // Leftovers do no harm; writing reports an unwritable place.
  }
}

/** Temporary files beside `path` whose process on this host is dead; see {@link temporaryBeside}. */
export function abandonedBeside(path: string): string[] {
  const folder = dirname(path);
  const prefix = `.${basename(path)}.`;
  const form = new RegExp(`^(${ownerPattern})\\.[0-9a-f]{16}\\.tmp$`);
  return readdirSync(folder)
    .filter((name) => {
      const owner = name.startsWith(prefix) ? form.exec(name.slice(prefix.length))?.[1] : undefined;
      return owner !== undefined && isDead(owner);
    })
    .map((name) => join(folder, name));
}

/** Writes durably to a new temporary file beside `path`, and returns the path. Throws as writeFileAtomic does. */
export function writeTemporary(path: string, content: FileContent): string {
  const whole = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const parts: Iterable<Uint8Array> = whole instanceof Uint8Array ? [whole] : whole;
  return writing(
    path,
    () => writeParts(path, parts),
    () => bytesIn(parts),
  );
}

function bytesIn(parts: Iterable<Uint8Array>): number {
  let bytes = 0;
  for (const { length } of parts) bytes += length;
  return bytes;
}

function writeParts(path: string, parts: Iterable<Uint8Array>): string {
  const temporary = temporaryBeside(path);
  const descriptor = openSync(temporary, "wx");
  try {
    try {
      for (const part of parts) writeAll(descriptor, part);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return temporary;
}

/** Makes renames, links and deletions in a folder survive a power cut. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return; // folders cannot be opened there; NTFS journals names
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Commit outcome: only the first writer to a path gets `committed`, and that content stays. */
export type CommitOutcome = "committed" | "already-there-same" | "already-there-different";

/**
 * Publishes a result under `finalPath` unless it exists. Among competing processes exactly one wins, because link(2)
 * creates a name or fails. Readers never see half a file.
 *
 * @param source bytes, or a finished file's path on the same file system. That file stays, sharing its content with
 * `finalPath`: replace it by rename, never write into it.
 * @returns for a later writer, whether the existing content has the same SHA-256.
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
  const descriptor = openSync(path, "r+"); // Windows syncs only writable descriptors
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
