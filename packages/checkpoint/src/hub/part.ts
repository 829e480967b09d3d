import { createHash, type Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { RepoFile } from "./listing.ts";

/** An open file that grows at its end, with the digest of all that it holds. */
export class Part {
  position = 0;
  readonly #handle: FileHandle;
  readonly #file: RepoFile;
  #hash: Hash;

  constructor(handle: FileHandle, file: RepoFile) {
    this.#handle = handle;
    this.#file = file;
    this.#hash = this.#newHash();
  }

  /** Takes in what the file holds; more than it should hold is worth nothing. */
  async readOn(): Promise<void> {
    if ((await this.#handle.stat()).size > this.#file.bytes) return this.clear();
    const chunk = Buffer.allocUnsafe(2 ** 20);
    for (;;) {
      const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, this.position);
      if (bytesRead === 0) return;
      this.#hash.update(chunk.subarray(0, bytesRead));
      this.position += bytesRead;
    }
  }

  /** Writes only as much as the file should hold, however much a server sends; counts all of it. */
  async add(chunk: Uint8Array): Promise<void> {
    const room = Math.max(0, this.#file.bytes - this.position);
    const kept = chunk.subarray(0, room);
    for (let done = 0; done < kept.length; ) {
      const { bytesWritten } = await this.#handle.write(kept, done, kept.length - done, this.position + done);
      done += bytesWritten;
    }
    this.#hash.update(chunk);
    this.position += chunk.length;
  }

  async clear(): Promise<void> {
    await this.#handle.truncate(0);
    this.#hash = this.#newHash();
    this.position = 0;
  }

  digest(): { readonly actual: string; readonly isRight: boolean } {
    const actual = this.#hash.digest("hex");
    return { actual, isRight: actual === this.#file.etag && this.position === this.#file.bytes };
  }

  #newHash(): Hash {
    const { digest, bytes } = this.#file;
    // Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects ("blob", a space, the size, a zero byte)
    return digest === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${bytes}\0`);
  }
}
