import { createHash } from "node:crypto";
import { renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { KnownDigest } from "../../src/plan/job.ts";
import { digestOf, knownDigests, learnDigests, onNewDigests } from "../../src/store/file-digests.ts";
import { temporaryFolder } from "../helpers/example.ts";

afterEach(() => vi.restoreAllMocks());

const large = Buffer.alloc(2 ** 20, "a");
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const forged = "f".repeat(64);

function fileOf(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), "file");
  writeFileSync(path, bytes);
  return path;
}

/** As if so many seconds had passed since the files were written. */
function later(seconds: number): void {
  const now = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(now + 1000 * seconds);
}

const knownOf = (path: string): KnownDigest | undefined =>
  knownDigests().find((digest) => digest.path === path);

/** Has this process hold another digest for what it knows: who is told that did not hash. */
function forge(path: string): void {
  learnDigests([{ ...knownOf(path)!, sha256: forged }]);
}

describe("a large file", () => {
  test("is hashed once, and whoever asked for news of it is told", () => {
    const path = fileOf(large);
    later(60);
    const told = vi.fn();
    onNewDigests(told);
    expect(digestOf(path)).toBe(sha256(large));
    expect(told.mock.calls).toEqual([[[knownOf(path)]]]);
    forge(path);
    expect(digestOf(path)).toBe(forged);
    expect(told).toHaveBeenCalledTimes(1);
  });

  test.each<[string, (path: string) => void]>([
    [
      "is written to, with its times set back",
      (path) => writeFileSync(path, Buffer.alloc(large.length, "b")),
    ],
    [
      "is replaced",
      (path) => {
        writeFileSync(`${path}.new`, Buffer.alloc(large.length, "b"));
        renameSync(`${path}.new`, path);
      },
    ],
    ["grows", (path) => writeFileSync(path, "b", { flag: "a" })],
  ])("that %s is hashed again", (_, change) => {
    const path = fileOf(large);
    later(60);
    digestOf(path);
    forge(path);
    const { atime, mtime } = statSync(path);
    change(path);
    utimesSync(path, atime, mtime);
    expect(digestOf(path)).not.toBe(forged);
    expect(digestOf(path)).not.toBe(sha256(large));
  });

  test.each([
    ["that was just written", 1],
    ["of the time to come", -60],
  ])("%s may change again within a tick of the clock: nothing is kept of it", (_, seconds) => {
    const path = fileOf(large);
    later(seconds);
    expect(digestOf(path)).toBe(sha256(large));
    expect(knownOf(path)).toBeUndefined();
  });
});

test("a small file is hashed each time, and nothing is kept of it", () => {
  const path = fileOf(large.subarray(1));
  later(60);
  expect(digestOf(path)).toBe(sha256(large.subarray(1)));
  expect(knownOf(path)).toBeUndefined();
});
