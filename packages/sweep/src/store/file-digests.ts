import { closeSync, fstatSync } from "node:fs";
import { openRegularFile, sha256OfFile } from "@lorank/checkpoint/disk";
import type { KnownDigest } from "../plan/job.ts";

/** Least bytes of a file for its digest to be cached; smaller files are hashed in a millisecond. */
const leastBytes = 2 ** 20;

/**
 * Settling time in nanoseconds. A file changed so shortly before hashing may change again within a clock tick (FAT: 2
 * s).
 */
const settledNs = 3_000_000_000n;

const known = new Map<string, KnownDigest>();

/**
 * SHA-256 of a file. A large file is hashed once, here or in another process ({@link learnDigests}), and again when the
 * stamp changes. Throws as `sha256OfFile`.
 */
export function digestOf(path: string): string {
  const before = stampOf(path);
  const last = known.get(path);
  if (last !== undefined && last.stamp === before.stamp) return last.sha256;
  const sha256 = sha256OfFile(path);
  const isSame = stampOf(path).stamp === before.stamp;
  const isLasting = isSame && before.isSettled && before.bytes >= leastBytes;
  if (!isLasting) return sha256;
  const digest = { path, sha256, stamp: before.stamp };
  known.set(path, digest);
  notify?.([digest]);
  return sha256;
}

let notify: ((digests: readonly KnownDigest[]) => void) | undefined;

export function onNewDigests(listener: (digests: readonly KnownDigest[]) => void): void {
  notify = listener;
}

export function knownDigests(): KnownDigest[] {
  return [...known.values()];
}

export function learnDigests(digests: readonly KnownDigest[]): void {
  for (const digest of digests) known.set(digest.path, digest);
}

function stampOf(path: string): {
  readonly stamp: string;
  readonly bytes: bigint;
  readonly isSettled: boolean;
} {
  const now = BigInt(Date.now()) * 1_000_000n;
  const descriptor = openRegularFile(path); // opening a file refreshes a network file system's view of it
  const { dev, ino, size, mtimeNs, ctimeNs } = fstatSync(descriptor, { bigint: true });
  closeSync(descriptor);
  return {
    stamp: [dev, ino, size, mtimeNs, ctimeNs].join(":"),
    bytes: size,
    isSettled: [mtimeNs, ctimeNs].every((time) => now - time > settledNs),
  };
}
