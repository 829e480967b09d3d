import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import { sha256OfFile } from "@lorank/checkpoint/disk";
import type { SourceFile } from "@lorank/report";

/** Standard input that hashes the bytes read, since they cannot be read again. */
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

  /** SHA-256 in lower-case hex. Call it once, after the last read. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}

/** Digests and dates of evidence files. Names are relative to a common folder, to hide the maker's folders. */
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
