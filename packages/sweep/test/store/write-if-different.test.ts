import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isEqualFile, writeIfDifferent } from "../../src/store/write-if-different.ts";
import { temporaryFolder } from "../helpers/example.ts";

test("writes what differs and leaves alone what is equal, its times included", () => {
  const path = join(temporaryFolder(), "file");
  expect(isEqualFile(path, Buffer.from("one"))).toBe(false);
  writeIfDifferent(path, "one");
  expect(isEqualFile(path, Buffer.from("one"))).toBe(true);
  const { ino, mtimeMs } = statSync(path);
  writeIfDifferent(path, Buffer.from("one"));
  expect(statSync(path)).toMatchObject({ ino, mtimeMs });
  writeFileSync(path, "half");
  writeIfDifferent(path, "one");
  expect(isEqualFile(path, Buffer.from("one"))).toBe(true);
});
