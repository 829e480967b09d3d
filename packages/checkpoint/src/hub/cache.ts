import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { removeAbandoned, replaceFile, temporaryBeside } from "../files/atomic-file.ts";
import { makeFolder } from "../files/atomic-folder.ts";
import { systemErrorCode } from "../files/system-error.ts";

export interface RepoFile {
  readonly name: string;
  readonly bytes: number;
  /** Blob name: a large file's SHA-256, a small file's git blob SHA-1. */
  readonly etag: string;
  readonly digest: "sha256" | "git-sha1";
}

/**
 * Repository in the Hugging Face cache, which Python tools share.
 *
 *     models--org--name/blobs/<etag>                    a file's content.
 *     models--org--name/refs/<revision>                 the commit that a branch or tag was last seen at.
 *     models--org--name/snapshots/<commit>/<file>       a relative link to ../../blobs/<etag>.
 *     models--org--name/.no_exist/<commit>/<file>       that the commit has no such file.
 *
 * Source: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export class RepoCache {
  readonly blobs: string;
  readonly #folder: string;
  readonly #symlinks: boolean;

  constructor(cacheFolder: string, repo: string, symlinks: boolean) {
    this.#folder = join(cacheFolder, `models--${repo.replace("/", "--")}`);
    this.#symlinks = symlinks;
    this.blobs = join(this.#folder, "blobs");
  }

  snapshot(commit: string): string {
    return join(this.#folder, "snapshots", commit);
  }

  blob({ etag }: RepoFile): string {
    return join(this.blobs, etag);
  }

  commitOf(revision: string): string | undefined {
    try {
      const commit = readFileSync(join(this.#folder, "refs", ...revision.split("/")), "utf8").trim();
      return /^[0-9a-f]{40}$/.test(commit) ? commit : undefined;
    } catch {
      return undefined;
    }
  }

  has(commit: string, name: string, bytes?: number): boolean {
    return isFile(join(this.snapshot(commit), ...name.split("/")), bytes);
  }

  hasBlob(file: RepoFile): boolean {
    return isFile(this.blob(file), file.bytes);
  }

  isKnownMissing(commit: string, name: string): boolean {
    return existsSync(this.#missingMark(commit, name));
  }

  markMissing(commit: string, name: string): void {
    if (!this.isKnownMissing(commit, name)) note(this.#missingMark(commit, name), "");
  }

  remember(revision: string, commit: string): void {
    if (revision === commit || this.commitOf(revision) === commit) return;
    note(join(this.#folder, "refs", ...revision.split("/")), commit);
  }

  /**
   * Links a blob into the snapshot. Without links (Windows without developer mode, some network drives) a new blob is
   * moved, an older one copied.
   */
  link(commit: string, file: RepoFile, isNewBlob: boolean): void {
    const path = join(this.snapshot(commit), ...file.name.split("/"));
    makeFolder(dirname(path));
    removeAbandoned(path);
    const temporary = temporaryBeside(path);
    try {
      if (this.#symlinks && trySymlink(relative(dirname(path), this.blob(file)), temporary)) {
        renameSync(temporary, path);
      } else if (isNewBlob) {
        renameSync(this.blob(file), path);
      } else {
        copyFileSync(this.blob(file), temporary);
        renameSync(temporary, path);
      }
    } catch (error) {
      rmSync(temporary, { force: true });
      // Another process may have moved the blob already.
      if (!isFile(path, file.bytes)) throw error;
    }
  }

  #missingMark(commit: string, name: string): string {
    return join(this.#folder, ".no_exist", commit, ...name.split("/"));
  }
}

/** Writes a note that saves a later request; skipped in a read-only shared cache. */
function note(path: string, text: string): void {
  try {
    makeFolder(dirname(path));
    replaceFile(path, text);
  } catch (error) {
    if (!["EROFS", "EACCES", "EPERM"].includes(systemErrorCode(error))) throw error;
  }
}

function isFile(path: string, bytes: number | undefined): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && (bytes === undefined || stats.size === bytes);
}

function trySymlink(target: string, path: string): boolean {
  try {
    symlinkSync(target, path, "file");
    return true;
  } catch (error) {
    if (["EPERM", "EACCES", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(systemErrorCode(error))) return false;
    throw error;
  }
}
