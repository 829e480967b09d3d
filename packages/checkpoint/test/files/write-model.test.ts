import { existsSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { scratchFile } from "../../src/files/write-model.ts";

test("gives back what was appended, in any order, and is gone when removed", () => {
  const path = join(temporaryFolder(), ".parts");
  const scratch = scratchFile(path);
  const first = scratch.append(Uint8Array.of(1, 2, 3));
  const none = scratch.append(new Uint8Array());
  const second = scratch.append(Uint8Array.of(4, 5).subarray(1));
  expect(scratch.read(second)).toEqual(Uint8Array.of(5));
  expect(scratch.read(none)).toEqual(new Uint8Array());
  expect(scratch.read(first)).toEqual(Uint8Array.of(1, 2, 3));
  scratch.remove();
  expect(existsSync(path)).toBe(false);
});

test("does not take over a file that is there, and does not make bytes up", () => {
  const path = join(temporaryFolder(), ".parts");
  const scratch = scratchFile(path);
  expect(() => scratchFile(path)).toThrow("EEXIST");
  const range = scratch.append(new Uint8Array(8));
  truncateSync(path, 4);
  expect(() => scratch.read(range)).toThrow(`${path}: was cut short while it was read, at byte 4`);
  scratch.remove();
});
