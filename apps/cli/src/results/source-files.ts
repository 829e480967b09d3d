import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import { sha256OfFile } from "@lorank/checkpoint/disk";
import type { SourceFile } from "@lorank/report";

/** Standard input that remembers the digest of what was read of it. */
export class HashedInput implements AsyncIterable<Uint8Array> {
  readonly #bytes: AsyncIterable<Uint8Array>;
  readonly #hash = createHash("sha256");

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#bytes = bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const piece of this.#bytes) {
      this.#hash.update(piece);
      yield piece;
    }
  }

  /** In lower-case hex. To be called once, when all has been read. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}

/**
 * Digests and dates of the files that evidence was read from, as they are now. Names are paths below the folder that holds all of
 * them. So a report that is passed on does not name the folders of its maker.
 */
export function sourceFiles(paths: readonly string[], stdin: HashedInput): SourceFile[] {
  const files = [...new Set(paths)];
  const folder = commonFolder(files);
  return files.map((path) =>
    path === "-"
      ? { name: "standard input", sha256: stdin.digest() }
      : {
          name: relative(folder, path) || basename(path),
          sha256: sha256OfFile(realpathSync(path)),
          modified: statSync(path).mtime.toISOString(),
        },
  );
}

function commonFolder(paths: readonly string[]): string {
  let [folder = "."] = paths.map((path) => dirname(path));
  const holds = (path: string): boolean => !relative(folder, path).startsWith("..");
  while (!paths.every(holds) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
