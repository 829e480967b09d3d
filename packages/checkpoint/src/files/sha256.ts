import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { reading } from "./system-error.ts";

/** SHA-256 of a file in lower-case hex, reading 1 MiB at a time. */
export function sha256OfFile(path: string): string {
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(2 ** 20);
  const descriptor = openSync(path, "r");
  try {
    for (;;) {
      const got = reading(path, () => readSync(descriptor, chunk, 0, chunk.length, null));
      if (got === 0) return hash.digest("hex");
      hash.update(chunk.subarray(0, got));
    }
  } finally {
    closeSync(descriptor);
  }
}
