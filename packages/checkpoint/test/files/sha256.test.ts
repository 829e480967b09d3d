import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytesSource, sha256OfBytes, sha256OfSource } from "../../src/byte-source.ts";
import { sha256OfFile } from "../../src/files.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

test('SHA-256 of "abc" is the one of FIPS 180-2', () => {
  expect(sha256OfBytes("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("a file of a million times a, in more than one chunk or none, has the digest of its bytes", () => {
  const path = join(temporaryFolder(), "f");
  writeFileSync(path, "a".repeat(1_000_000)); // FIPS 180-2, third example
  expect(sha256OfFile(path)).toBe("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  const large = Buffer.alloc(2 ** 20 * 2 + 17, 7);
  writeFileSync(path, large);
  expect(sha256OfFile(path)).toBe(sha256OfBytes(large));
  expect(sha256OfSource({ ...bytesSource(large), path, close: () => {} })).toBe(sha256OfFile(path));
  writeFileSync(path, "");
  expect(sha256OfFile(path)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});
